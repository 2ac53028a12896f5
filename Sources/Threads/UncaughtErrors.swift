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
/// untyped throws only, and a line says so. A standard error that is closed, or that takes no data for a second, loses the
/// report; the thread ends as ever.
///
/// Describing an error takes stack, much if it wraps others. The thread that reports has for that as much as the main
/// thread, 16 MiB at least, however little it was started with: memory apart from its own stack, taken as it is used. If
/// there is none, the report leaves out the error and the stacks. A description that needs even more, or that traps, ends
/// the process: that cannot be caught.
///
/// - Parameter handler: runs in place of the report on the ending thread, with as much stack, or, where the error of a
///   ``JoinableThread`` turns out to concern nobody only later, on the thread that gives it up. It never sees
///   ``ThreadExit``. Nil restores the report.
/// - Returns: the former handler.
@discardableResult
public func setUncaughtErrorHandler(
  _ handler: (@Sendable (UncaughtError) -> Void)?
) -> (@Sendable (UncaughtError) -> Void)? {
  UncaughtErrorHandler.exchange(handler)
}

/// The handler in force.
///
/// The lock of a process that forked is not its child's, which therefore finds the handler at any moment: a reference is
/// stored in one step, and what replaces it keeps the old one until it has the lock no more.
enum UncaughtErrorHandler {
  typealias Handler = @Sendable (UncaughtError) -> Void

  private final class Box: Sendable {
    let handler: Handler

    init(_ handler: @escaping Handler) { self.handler = handler }
  }

  /// Only while holding ``ProcessMemory/handlerLock``.
  nonisolated(unsafe) private static var box: Box?

  static var current: Handler? {
    withLock { unsafe box }?.handler
  }

  static func exchange(_ new: Handler?) -> Handler? {
    let new = new.map(Box.init)
    return withLock {
      let former = unsafe box
      unsafe box = new
      return former
    }?.handler
  }

  private static func withLock(_ body: () -> Box?) -> Box? {
    let lock = unsafe ProcessMemory.current.pointee.handlerLock.address
    unsafe MutexLock.lock(lock)
    defer { unsafe MutexLock.unlock(lock) }
    return body()
  }
}

/// An error that a thread's body threw, and where that came from.
final class Failure: Sendable {
  private let uncaught: UncaughtError
  private let start: CallStack
  private let thrown: CallStack?

  /// To be called on the thread that `error` ended.
  init(_ error: any Error, from origin: ThreadOrigin) {
    uncaught = UncaughtError(
      error: error, thread: .current, threadName: threadName(), startedAt: origin.location)
    start = origin.stack
    thrown = ThrowTrace.takeStack(of: error)
  }

  var error: any Error { uncaught.error }

  fileprivate func tell() {
    if let handler = UncaughtErrorHandler.current { return handler(uncaught) }
    StandardError.send(UncaughtErrorReport.text(for: uncaught, startedBy: start, thrownBy: thrown))
  }

  /// As ``tell()``, with whatever stack there is.
  fileprivate func tellBriefly() {
    if let handler = UncaughtErrorHandler.current { return handler(uncaught) }
    StandardError.send(UncaughtErrorReport.briefText(for: uncaught))
  }
}

/// Reports an error, unless it is ``ThreadExit``, on whatever thread. `failure` is its last holder: to release an error
/// takes stack too, and goes as deep as to describe it.
func report(_ failure: inout Failure?) {
  guard let isExit = failure.map({ $0.error is ThreadExit }), !isExit else { return }
  let isTold = AmpleStack.run {
    failure?.tell()
    failure = nil
  }
  if !isTold { failure?.tellBriefly() }
}
