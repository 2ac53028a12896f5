/// Starts a thread that runs `body`. Python's `start_new_thread`.
///
/// Returns once the thread exists. The thread is detached: nobody waits for it, see ``JoinableThread`` for one that
/// can be waited for. When `body` returns the thread ends silently, and so when it throws ``ThreadExit``; any
/// other error is reported as ``setUncaughtErrorHandler(_:)`` says, and the thread ends. What `body` captured is
/// released by the new thread. C code in it may end the thread by pthread_exit(3), and others may cancel it by
/// pthread_cancel(3), as long as `body` runs: the thread then ends silently too, but `defer` blocks do not run and what
/// `body` holds is not released. When the main thread returns from `main` the process ends, and other threads die
/// without running `defer`.
///
/// - Parameters:
///   - stackSize: in bytes, as for ``setThreadStackSize(_:)``; nil for what was set there.
///   - name: the thread's name, in force before `body` runs, cut as by ``setThreadName(_:)``; nil for the starting
///     thread's.
///   - fileID: where the thread is started, for the report.
///   - line: where the thread is started, for the report.
///   - body: what the thread does.
/// - Returns: the identity of the thread, as ``ThreadID/current`` is within it.
/// - Throws: ``ThreadError/invalidStackSize``, or ``ThreadError/cannotStart(errno:)`` with what pthread_create(3)
///   returned; `body` is then released unused.
@discardableResult
public func startNewThread(
  stackSize: Int? = nil, name: String? = nil, fileID: StaticString = #fileID, line: UInt = #line,
  _ body: sending @escaping () throws -> Void
) throws(ThreadError) -> ThreadID {
  let origin = ThreadOrigin(fileID: fileID, line: line)
  let body = ThreadBody(consume body)
  return try ThreadLaunch.start(stackSize: stackSize, name: name) {
    var failure = body.run(from: origin)
    report(&failure)
  }
}

/// Carries a body to its thread. Only the thread takes it out, so that no other is the last to hold it.
private final class ThreadBody {
  private var body: (() throws -> Void)?

  init(_ body: sending @escaping () throws -> Void) {
    self.body = consume body
  }

  /// What the body threw, if it did. A function of its own, so that it and its captures are gone when it returns.
  @inline(never)
  func run(from origin: ThreadOrigin) -> Failure? {
    let body = self.body.take()
    do {
      try body?()
      ThreadLife.bodyHasEnded()
      return nil
    } catch {
      ThreadLife.bodyHasEnded()
      return Failure(error, from: origin)
    }
  }
}

/// Starts a thread that calls `function` with the arguments given. Python's
/// `start_new_thread(function, args)`.
///
/// All is as for ``startNewThread(stackSize:name:fileID:line:_:)``.
///
/// - Parameters:
///   - stackSize: in bytes, as for ``setThreadStackSize(_:)``; nil for what was set there.
///   - name: the thread's name, in force before `function` runs; nil for the starting thread's.
///   - fileID: where the thread is started, for the report.
///   - line: where the thread is started, for the report.
///   - function: what the thread calls.
///   - first: the first argument.
///   - rest: the other arguments.
/// - Returns: the identity of the thread.
/// - Throws: ``ThreadError/invalidStackSize`` or ``ThreadError/cannotStart(errno:)``.
@discardableResult
public func startNewThread<First: Sendable, each Rest: Sendable>(
  stackSize: Int? = nil, name: String? = nil, fileID: StaticString = #fileID, line: UInt = #line,
  _ function: @escaping @Sendable (First, repeat each Rest) throws -> Void,
  _ first: First, _ rest: repeat each Rest
) throws(ThreadError) -> ThreadID {
  try startNewThread(stackSize: stackSize, name: name, fileID: fileID, line: line) {
    try function(first, repeat each rest)
  }
}
