import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A thread made of pthreads alone, so that a test of locks and threads stands on neither.
package final class TestThread<Value: Sendable>: Sendable {
  /// The kernel's identity of the thread.
  package let kernelID: KernelThreadID
  private let handle: PthreadHandle
  private let run: Run<Value>

  /// Returns once the thread runs.
  package init(_ body: @escaping @Sendable () throws -> Value) {
    run = Run(body)
    handle = PthreadHandle(running: run)
    while run.kernelID.load(ordering: .acquiring) == 0 { sched_yield() }
    kernelID = KernelThreadID(rawValue: run.kernelID.load(ordering: .acquiring))
  }

  /// Whether the body has returned or thrown.
  package var hasEnded: Bool { run.hasEnded.load(ordering: .acquiring) }

  /// Waits for the thread's end. Call it once.
  ///
  /// - Returns: what the body returned.
  /// - Throws: what the body threw, or ``Hang``.
  package func join() throws -> Value {
    try waitUntil("a thread to end") { hasEnded }
    handle.join()
    guard let result = run.result else { preconditionFailure("the thread left no result") }
    return try result.get()
  }
}

/// Runs `body` in `count` threads that start together, and waits for all.
package func runTogether<Value: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (_ index: Int) throws -> Value
) throws -> [Value] {
  let gate = StartGate(parties: count)
  let threads = (0..<count).map { index in
    TestThread {
      gate.pass()
      return try body(index)
    }
  }
  return try threads.map { try $0.join() }
}

/// What a thread runs and leaves behind, without the type of its value.
private class AnyRun: @unchecked Sendable {
  let kernelID = Atomic<Int32>(0)
  let hasEnded = Atomic(false)

  func callAsFunction() {}
}

private final class Run<Value: Sendable>: AnyRun, @unchecked Sendable {
  private let body: @Sendable () throws -> Value
  // Written by the thread before `hasEnded`, read after it.
  private(set) var result: Result<Value, any Error>?

  init(_ body: @escaping @Sendable () throws -> Value) {
    self.body = body
  }

  override func callAsFunction() {
    result = Result { try body() }
  }
}

private struct PthreadHandle: @unchecked Sendable {
  private let thread: pthread_t

  init(running run: AnyRun) {
    #if canImport(Musl)
      var created: pthread_t?
    #else
      var created = pthread_t()
    #endif
    let failure = unsafe pthread_create(&created, nil, runThread, Unmanaged.passRetained(run).toOpaque())
    precondition(failure == 0, "pthread_create failed with errno \(failure)")
    #if canImport(Musl)
      guard let created else { preconditionFailure("pthread_create made no thread") }
    #endif
    thread = created
  }

  func join() {
    let failure = pthread_join(thread, nil)
    precondition(failure == 0, "pthread_join failed with errno \(failure)")
  }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { preconditionFailure("a thread without a body") }
  let run = unsafe Unmanaged<AnyRun>.fromOpaque(argument).takeRetainedValue()
  // Tests run in threads of a pool that blocks signals, and a thread inherits what its creator blocks.
  var signals = sigset_t()
  unsafe sigemptyset(&signals)
  unsafe pthread_sigmask(SIG_SETMASK, &signals, nil)
  run.kernelID.store(KernelThreadID.current.rawValue, ordering: .releasing)
  run()
  run.hasEnded.store(true, ordering: .releasing)
  return nil
}
