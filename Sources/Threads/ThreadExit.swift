/// Ends the thread that throws it, silently.
public struct ThreadExit: Error, Sendable {
  /// Creates the error; ``exitThread()`` throws it.
  public init() {}
}

/// Ends the calling thread by throwing ``ThreadExit``. Python's `exit`.
///
/// `defer` blocks and deinitialisers run on the way out. Uncaught, it ends the thread without a report and never
/// the process. On the main thread it is an error like any other, for the caller to catch.
///
/// It is the one way to end a thread early that runs `defer` blocks and releases what its functions hold. pthread_exit(3)
/// and pthread_cancel(3), which are for C code, do neither; yet the thread then has ended like any other, and
/// ``JoinableThread/join()`` throws ``ThreadExit``.
///
/// - Throws: ``ThreadExit``, always.
public func exitThread() throws(ThreadExit) -> Never {
  throw ThreadExit()
}
