/// A thread that can be waited for and that hands over what its body returned or threw. Python's joinable thread
/// handle.
///
/// ```swift
/// let thread = JoinableThread(name: "sum") { (1...100).reduce(0, +) }
/// try thread.start()
/// print(try thread.join())  // 5050
/// ```
///
/// An error that the body throws, ``ThreadExit`` included, goes to ``join()``. It is reported as
/// ``setUncaughtErrorHandler(_:)`` says, except ``ThreadExit``, once nobody can join any more and nobody has: after
/// ``detach()``, or when the last reference to this object is gone, which detaches.
///
/// A thread that C code in its body ends by pthread_exit(3), or that is cancelled there by pthread_cancel(3), has thrown
/// ``ThreadExit``; `defer` blocks do not run then, and what the body holds is not released.
///
/// The thread has ended, for all members, when its body has returned, what the body captured is released, the thread's
/// ``ThreadLocal`` values are destroyed and the destructors of its pthread keys have run.
/// In a forked child every thread but the one that forked counts as finished and cannot be joined.
public final class JoinableThread<Success: Sendable>: Sendable {
  private let core: JoinableCore<Success>

  /// Creates a thread that does not run yet.
  ///
  /// - Parameters:
  ///   - stackSize: in bytes, as for ``setThreadStackSize(_:)``; nil for what is set there when the thread is started.
  ///   - name: the thread's name, in force before `body` runs, cut as by ``setThreadName(_:)``; nil for the starting
  ///     thread's.
  ///   - fileID: where the thread comes from, for a report.
  ///   - line: where the thread comes from, for a report.
  ///   - body: what the thread does.
  public init(
    stackSize: Int? = nil, name: String? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: sending @escaping () throws -> Success
  ) {
    core = JoinableCore(stackSize: stackSize, name: name, fileID: fileID, line: line, body: body)
  }

  deinit {
    core.detach()
  }

  /// Starts the thread; returns once it exists.
  ///
  /// - Throws: ``ThreadError/alreadyStarted``, ``ThreadError/invalidStackSize`` or
  ///   ``ThreadError/cannotStart(errno:)``. After the last two nothing has changed, and it may be tried again.
  public func start() throws(ThreadError) {
    try core.start()
  }

  /// The identity of the thread; nil until it is started. It stays after the thread's end, when another thread may
  /// have it too.
  public var id: ThreadID? { core.id }

  /// Whether the thread was started and has ended.
  public var isFinished: Bool { core.isFinished }

  /// Waits for the thread's end.
  ///
  /// It may be called any number of times, from several threads at once; all get the same.
  ///
  /// - Returns: what the body returned.
  /// - Throws: what the body threw; ``ThreadExit`` if C code ended the thread;
  ///   ``ThreadError/notStarted``; ``ThreadError/cannotJoinSelf`` within the thread;
  ///   ``ThreadError/detached`` after ``detach()`` and in a forked child.
  @available(*, noasync, message: "joining blocks the calling thread")
  public func join() throws -> Success {
    guard let success = try core.join(within: nil) else {
      fatalError("JoinableThread: a wait without limit ended")
    }
    return success
  }

  /// Waits for the thread's end for at most `limit`.
  ///
  /// - Parameter limit: measured by the monotonic clock from this call; zero or less does not wait at all. The wait is
  ///   never cut short.
  /// - Returns: what the body returned; nil if the thread has not ended.
  /// - Throws: as ``join()``.
  @available(*, noasync, message: "joining blocks the calling thread")
  public func join(within limit: Duration) throws -> Success? {
    try core.join(within: limit)
  }

  /// Gives up joining: whoever waits in ``join()`` still gets its result, later calls throw ``ThreadError/detached``.
  /// Legal at any time, and more than once.
  public func detach() {
    core.detach()
  }
}
