import CTestSupport
import Synchronization
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How C code in a body ends its thread.
private struct WayToEnd: Sendable {
  let name: String
  let end: @Sendable () -> Void

  static let exit = WayToEnd(name: "pthread_exit") { pthread_exit(nil) }

  static let cancelItself = WayToEnd(name: "pthread_cancel of itself") {
    pthread_cancel(pthread_self())
    pthread_testcancel()
  }

  static let beCancelled = WayToEnd(name: "pthread_cancel by another") {
    let thread = ThreadID.current.rawValue
    _ = TestThread { cancel(thread) }
    while true { pause() }
  }

  /// Sanitizers do not notice that a cancelled thread leaves functions, and complain of what these leave behind.
  static let all =
    test_has_thread_sanitizer() || test_has_address_sanitizer() ? [exit] : [exit, cancelItself, beCancelled]
}

private func cancel(_ thread: UInt) {
  #if canImport(Musl)
    if let thread = unsafe pthread_t(bitPattern: thread) { pthread_cancel(thread) }
  #else
    pthread_cancel(pthread_t(thread))
  #endif
}

private func throwsThreadExit(_ thread: JoinableThread<Int>) -> Bool {
  do {
    return try thread.join(within: .seconds(30)) != nil
  } catch {
    return error is ThreadExit
  }
}

/// Joinable threads that C code ends.
func forceEnds() throws {
  setUncaughtErrorHandler { _ in check(false, "nothing is told of such a thread") }
  for way in WayToEnd.all {
    mark(way.name)
    let mayEnd = Locked(false)
    let destroyedOn = Locked<[ThreadID]>([])
    let local = ThreadLocal { Dying { destroyedOn.withLock { $0.append(.current) } } }
    let thread = JoinableThread {
      local.withValue { _ in }
      try waitUntil("the joins") { mayEnd.withLock { $0 } }
      way.end()
      return 1
    }
    try thread.start()
    check(!thread.isFinished && threadCount() == 1, "it runs")
    let joins = (0..<3).map { _ in TestThread { throwsThreadExit(thread) } }
    try waitUntilAsleep(joins.map(\.kernelID))
    mayEnd.withLock { $0 = true }
    for join in joins { check(try join.join(), "who waits at the end gets ThreadExit") }
    check(threadCount() == 0, "it counts no more")
    check(thread.isFinished, "it is finished")
    check(throwsThreadExit(thread), "who comes later gets ThreadExit too")
    check(destroyedOn.withLock { $0 } == [thread.id].compactMap(\.self), "its values were destroyed on it")
  }
}

/// Others that C code ends.
func forceEndsOfDetachedThreads() throws {
  setUncaughtErrorHandler { _ in check(false, "nothing is told of such a thread") }
  for way in WayToEnd.all {
    mark(way.name)
    try startNewThread { way.end() }
    try waitForThreads()
    let thread = JoinableThread {
      way.end()
      return 1
    }
    thread.detach()
    try thread.start()
    try waitForThreads()
    try waitUntil("the thread to end") { thread.isFinished }
  }
}

/// A thread that is cancelled while it reports an error gives up what reports take turns by.
func cancelReport() throws {
  let reports = 10
  let (reading, writing) = try makePipe()
  let standardError = dup(STDERR_FILENO)
  dup2(writing, STDERR_FILENO)
  fill(writing)
  let reporting = Atomic<Int32>(0)
  let id = try startNewThread {
    reporting.store(KernelThreadID.current.rawValue, ordering: .relaxed)
    throw Boom()
  }
  try waitUntil("the thread to run") { reporting.load(ordering: .relaxed) != 0 }
  let thread = KernelThreadID(rawValue: reporting.load(ordering: .relaxed))
  // The signal of a broken pipe is blocked in its turn only.
  try waitUntil("the report to wait") { thread.blocks(SIGPIPE) && thread.isAsleep }
  cancel(id.rawValue)
  try waitForThreads()
  dup2(standardError, STDERR_FILENO)
  let start = monotonicNow()
  for _ in 0..<reports { try startNewThread { throw Boom() } }
  try waitForThreads()
  // One that waits for a turn that never comes waits for a second.
  check(monotonicNow() - start < .seconds(reports), "no report waited for the cancelled one's")
  close(reading)
}

/// A cancellation that comes after the body has returned changes nothing of what it returned.
func cancelAfterBody() throws {
  let thread = JoinableThread {
    let captured = Dying {
      pthread_cancel(pthread_self())
      pthread_testcancel()
    }
    return withExtendedLifetime(captured) { 1 }
  }
  // What the body's own frames release is the body's affair: it is cancelled there.
  try thread.start()
  check(throwsThreadExit(thread), "the body was cancelled")
  // The last to hold what it captured is the thread.
  let other = startReturning(
    2,
    capturing: Dying {
      pthread_cancel(pthread_self())
      pthread_testcancel()
    })
  try other.start()
  check(try other.join() == 2, "what the body returned is delivered")
  check(threadCount() == 0, "it counts no more")
}

private func startReturning(_ value: Int, capturing captured: Dying) -> JoinableThread<Int> {
  JoinableThread { withExtendedLifetime(captured) { value } }
}

nonisolated(unsafe) private var key = pthread_key_t()
private let keyWasDestroyed = Atomic(false)

/// What a client keeps for its threads is destroyed before they count as ended.
func endAfterKeys() throws {
  let failure = unsafe pthread_key_create(&key) { _ in
    nap(.milliseconds(100))
    check(threadCount() == 1, "a thread counts until its end")
    keyWasDestroyed.store(true, ordering: .relaxed)
  }
  check(failure == 0, "a key can be made")
  for way in [WayToEnd(name: "return") {}] + WayToEnd.all {
    mark(way.name)
    keyWasDestroyed.store(false, ordering: .relaxed)
    let thread = JoinableThread {
      unsafe pthread_setspecific(key, UnsafeMutableRawPointer(bitPattern: 1))
      way.end()
      return 1
    }
    try thread.start()
    _ = try? thread.join()
    check(keyWasDestroyed.load(ordering: .relaxed), "a thread that was joined has destroyed all")
    check(threadCount() == 0, "it counts no more")
  }
}
