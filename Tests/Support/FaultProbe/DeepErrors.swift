import TestSupport
import Threads

/// An error that wraps others, as those of retries do.
private struct Retry: Error {
  let attempt: Int
  let cause: (any Error)?

  static func wrapped(_ levels: Int) -> Retry {
    (1...levels).reduce(Retry(attempt: 0, cause: nil)) { Retry(attempt: $1, cause: $0) }
  }
}

private let cases: [(stackSize: Int, levels: Int)] = [
  (512 << 10, 1000), (64 << 10, 2000), (32_768, 2000), (1 << 20, 3000), (0, 3000),
]

/// Errors that take much stack to describe, and to release.
func reportDeepErrors() throws {
  for (stackSize, levels) in cases {
    try startNewThread(stackSize: stackSize, name: "deep") { throw Retry.wrapped(levels) }
    try waitForThreads()
  }
}

/// A handler has as much stack as the report.
func handleDeepErrors() throws {
  let told = Locked<[(thread: ThreadID, on: ThreadID, text: String)]>([])
  setUncaughtErrorHandler { uncaught in
    let text = "\(uncaught.error)"
    told.withLock { $0.append((uncaught.thread, .current, String(text.prefix(20)))) }
  }
  for (stackSize, levels) in cases {
    let id = try startNewThread(stackSize: stackSize) { throw Retry.wrapped(levels) }
    try waitForThreads()
    guard let last = told.withLock({ $0.popLast() }) else { return check(false, "the error is told") }
    check(last.thread == id && last.on == id, "on the ending thread")
    check(last.text == String("Retry(attempt: \(levels), cause: ".prefix(20)), "the error is described")
  }
}

/// Such errors of joinable threads, which nobody joins, or which end as the last to hold them.
func dropDeepErrors() throws {
  for (stackSize, levels) in cases {
    do {
      let detached = JoinableThread(stackSize: stackSize, name: "deep") { throw Retry.wrapped(levels) }
      detached.detach()
      try detached.start()
    }
    try waitForThreads()
    // Given up by a thread that has as little stack.
    let finished = JoinableThread(stackSize: stackSize, name: "deep") { throw Retry.wrapped(levels) }
    try finished.start()
    try waitUntil("the thread to end") { finished.isFinished }
    try startNewThread(stackSize: stackSize) { finished.detach() }
    try waitForThreads()
  }
}

/// What tells of itself all that a description can ask, and does all that it can do.
private struct Talkative: Error, CustomStringConvertible {
  let local: ThreadLocal<Int>
  let lock: Lock
  let turns: Locked<Int>
  let thread: ThreadID

  var description: String {
    var facts = ["value \(local.withValue { $0 })", "name \(threadName())"]
    facts.append(ThreadID.current == thread ? "own thread" : "another thread")
    facts.append("\(threadCount()) counts")
    // Taken by the thread before it threw.
    facts.append((try? lock.release()) == nil ? "lock is not held" : "lock released")
    turns.withLock { $0 += 1 }
    do { try throwBoom() } catch { facts.append("\(error)") }
    let other = JoinableThread(stackSize: 32_768) { threadCount() }
    do {
      try other.start()
      facts.append("\(try other.join()) count")
    } catch {
      facts.append("\(error)")
    }
    // Reported in the midst of it.
    _ = try? startNewThread(name: "nested") { throw Boom(description: "nested") }
    let nested = JoinableThread(name: "dropped") { throw Boom(description: "dropped") }
    try? nested.start()
    try? waitUntil("the threads to end") { nested.isFinished && threadCount() == 1 }
    nested.detach()
    return facts.joined(separator: ", ")
  }
}

/// A description that locks, throws, starts threads, reports errors and uses its thread's values.
func describeWithEverything() throws {
  let local = ThreadLocal { 0 }
  for size in [32_768, 0] {
    let lock = Lock()
    let turns = Locked(0)
    try startNewThread(stackSize: size, name: "talkative") {
      local.withValue { $0 = 42 }
      lock.acquire()
      throw Talkative(local: local, lock: lock, turns: turns, thread: .current)
    }
    try waitForThreads()
    check(turns.withLock { $0 } == 1, "an error is described once")
  }
}
