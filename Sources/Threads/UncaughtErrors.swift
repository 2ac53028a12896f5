import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An error that ended a thread and that nobody caught.
public struct UncaughtError: Sendable {
  /// The error.
  public let error: any Error
  /// The thread that it ended.
  public let thread: ThreadID
  /// That thread's name when it ended.
  public let threadName: String
  /// Where the thread was started, as `file:line`.
  public let startedAt: String
}

/// Replaces the report of errors that end threads. Python's `threading.excepthook`.
///
/// Without a handler such an error is reported on standard error, in one write(2) of at most 4096 bytes: the thread's
/// identity and name, where it was started, the error, and the stack that started the thread. Swift's errors carry
/// no trace; with `FASTLOCK_BACKTRACE=1` in the environment when the first thread is started, the report shows the
/// stack of the throw too, unless it was a function with typed throws, `throws(E)`, that threw: the runtime tells of
/// untyped throws only. A standard error that is closed, or that takes no data for a second, loses the report; the
/// thread ends as ever.
///
/// Describing an error takes stack. On a thread with little of it left the report is written by a short-lived thread,
/// for which the ending one waits; if that cannot be started, the report leaves out the error and the stacks.
///
/// - Parameter handler: runs in place of the report on the ending thread, or, where the error of a ``JoinableThread``
///   turns out to concern nobody only later, on the thread that gives it up. It never sees ``ThreadExit``. Nil
///   restores the report.
/// - Returns: the former handler.
@discardableResult
public func setUncaughtErrorHandler(
  _ handler: (@Sendable (UncaughtError) -> Void)?
) -> (@Sendable (UncaughtError) -> Void)? {
  UncaughtErrorHandler.exchange(handler)
}

/// The handler in force.
enum UncaughtErrorHandler {
  typealias Handler = @Sendable (UncaughtError) -> Void

  private static let mutex = RawMutex()
  /// Only while holding `mutex`.
  nonisolated(unsafe) private static var handler: Handler?

  static var current: Handler? {
    mutex.withLock { unsafe handler }
  }

  static func exchange(_ new: Handler?) -> Handler? {
    mutex.withLock {
      defer { unsafe handler = new }
      return unsafe handler
    }
  }

  static func beginFork() { mutex.lock() }

  static func endFork() { mutex.unlock() }
}

/// Reports `error`, which ended the calling thread, unless it is ``ThreadExit``.
func reportUncaught(_ error: any Error, from origin: ThreadOrigin) {
  let uncaught = UncaughtError(
    error: error, thread: .current, threadName: threadName(), startedAt: origin.location)
  report(uncaught, startedBy: origin.stack, thrownBy: ThrowTrace.stack(of: error))
}

/// Reports an error, unless it is ``ThreadExit``, on whatever thread.
func report(_ uncaught: UncaughtError, startedBy start: CallStack, thrownBy thrown: CallStack?) {
  if uncaught.error is ThreadExit { return }
  if let handler = UncaughtErrorHandler.current { return handler(uncaught) }
  do {
    try AmpleStack.run {
      StandardError.send(UncaughtErrorReport.text(for: uncaught, startedBy: start, thrownBy: thrown))
    }
  } catch {
    StandardError.send(UncaughtErrorReport.briefText(for: uncaught))
  }
}
