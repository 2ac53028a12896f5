public import FastLock

#if canImport(Glibc)
  public import Glibc
#elseif canImport(Musl)
  public import Musl
#endif

/// The main thread was interrupted, by ``interruptMain(_:)`` or by Ctrl-C.
public struct KeyboardInterrupt: Error, Equatable, Sendable {
  /// The number of the signal that the interrupt stands for.
  public let signal: CInt

  /// Creates the error for a signal.
  public init(signal: CInt) {
    self.signal = signal
  }
}

/// Makes an interrupt pending for the main thread. Python's `interrupt_main`.
///
/// The main thread notices it when it calls ``checkInterrupt()``, or in an interruptible wait, which ends. No
/// signal is raised, no other thread notices. An interrupt that is pending already is not made pending twice;
/// interrupts of different signals are. None is lost. A forked child starts without pending interrupts.
///
/// Async-signal-safe: it takes no lock, allocates nothing and leaves `errno` alone.
///
/// - Parameter signal: 1 to 64.
/// - Throws: ``ThreadError/invalidSignal``.
public func interruptMain(_ signal: CInt = SIGINT) throws(ThreadError) {
  guard MainThreadInterrupts.isValid(signal) else { throw .invalidSignal }
  MainThreadInterrupts.post(signal)
}

/// Throws the pending interrupt with the lowest signal number, which is then pending no more.
///
/// On a thread other than the main thread, and when nothing is pending, it does nothing; the latter costs two
/// loads. In a forked child the thread that forked is the main thread.
///
/// - Throws: ``KeyboardInterrupt``, on the main thread only.
public func checkInterrupt() throws(KeyboardInterrupt) {
  guard MainThreadInterrupts.isPending, Hardware.isMainThread,
    let signal = MainThreadInterrupts.take()
  else { return }
  throw KeyboardInterrupt(signal: signal)
}

/// Makes Ctrl-C an interrupt of the main thread: SIGINT then does what ``interruptMain(_:)`` does.
///
/// A SIGINT that the process ignores stays ignored: a shell starts what runs in the background so, nohup(1) likewise, lest a
/// Ctrl-C that is meant for another program ends it. A handler that is there already is replaced.
///
/// The handler is installed with `SA_RESTART`: only interruptible waits are cut short, other system calls go on. It runs on
/// the alternate stack of a thread that has one (`SA_ONSTACK`), as a thread on a small or foreign stack needs it.
///
/// - Parameter evenIfIgnored: whether to install the handler where SIGINT is ignored, too.
/// - Returns: whether the handler was installed.
/// - Throws: ``ThreadError/invalidSignal`` if the system refuses a handler.
@discardableResult
public func installInterruptHandler(evenIfIgnored: Bool = false) throws(ThreadError) -> Bool {
  var action = sigaction()
  guard unsafe sigaction(SIGINT, nil, &action) == 0 else { throw .invalidSignal }
  if !evenIfIgnored && isIgnoring(action) { return false }
  action = sigaction()
  #if canImport(Musl)
    unsafe action.__sa_handler.sa_handler = { MainThreadInterrupts.post($0) }
  #else
    unsafe action.__sigaction_handler.sa_handler = { MainThreadInterrupts.post($0) }
  #endif
  action.sa_flags = SA_RESTART | SA_ONSTACK
  guard unsafe sigaction(SIGINT, &action, nil) == 0 else { throw .invalidSignal }
  return true
}

private func isIgnoring(_ action: sigaction) -> Bool {
  #if canImport(Musl)
    let handler = unsafe action.__sa_handler.sa_handler
  #else
    let handler = unsafe action.__sigaction_handler.sa_handler
  #endif
  // SIG_IGN is no function: only its bits can be compared.
  return unsafe unsafeBitCast(handler, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
}

extension Lock {
  /// Acquires the lock in a wait that an interrupt of the main thread ends.
  ///
  /// On the main thread an interrupt that is pending, or comes during the wait, is thrown, and the lock is not
  /// acquired. On other threads the wait is an ordinary one. A lock that is free is acquired at once; then
  /// interrupts stay pending.
  ///
  /// - Parameter timeout: nil to wait for as long as it takes; otherwise as for `acquire(timeout:)`.
  /// - Returns: whether the lock was acquired; false after the timeout.
  /// - Throws: ``KeyboardInterrupt``, on the main thread only.
  @discardableResult
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a lock")
  public func acquireInterruptibly(timeout: Duration? = nil) throws(KeyboardInterrupt) -> Bool {
    try acquireInterruptibly(timeout: timeout, onInterrupt: checkInterrupt)
  }
}
