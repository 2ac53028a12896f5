import CTestSupport
import Synchronization
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Forks by a thread that others ask to be joined all the while: in the child its body returns, and a thread is
/// started that they ask for too.
func forkWhilePolled() throws {
  let forks = 300
  let pollers = 2
  let polls = Locked(0)
  let idle = JoinableThread { 4 }
  let thread = JoinableThread {
    // What the runtime makes on first use is made before the forks, since another thread might be at it at a fork.
    try useAndDropThread()
    try waitUntil("polls") { polls.withLock { $0 > 100 } }
    for _ in 0..<forks {
      let child = test_fork()
      check(child >= 0, "fork works")
      if child == 0 {
        try idle.start()
        check(try idle.join() == 4, "what did not run can be started in the child")
        return 0
      }
      check(try endStatus(of: child) == 0, "the forked child ended well")
    }
    return forks
  }
  let mayEnd = Atomic(false)
  try thread.start()
  let polling = (0..<pollers).map { _ in
    TestThread {
      while !mayEnd.load(ordering: .relaxed) {
        _ = try? thread.join(within: .zero)
        _ = try? idle.join(within: .zero)
        polls.withLock { $0 += 1 }
      }
    }
  }
  check(try thread.join() == forks, "the parent's thread goes on")
  mayEnd.store(true, ordering: .relaxed)
  for poll in polling { try poll.join() }
}

/// All that a child does with a thread.
@inline(never)
private func useAndDropThread() throws {
  let thread = JoinableThread { 5 }
  try thread.start()
  check(try thread.join() == 5, "it ran")
}

/// A thread of a forked child with the identity of one of the parent is not that one, nor is its own forked child's.
func forkAndRecycleIdentity() throws {
  let end = Lock()
  end.acquire()
  let former = try startSleeper { end.withLock {} }
  @Sendable func isOver() -> Bool {
    guard former.isFinished else { return false }
    do {
      try former.join()
      return false
    } catch {
      return error as? ThreadError == .detached
    }
  }
  try inForkedChild {
    let main = KernelThreadID.current
    var wasRecycled = false
    for _ in 0..<4 {
      let thread = JoinableThread {
        check(isOver(), "it is over for every thread of the child")
        try waitUntilAsleepForGood([main])
        try inForkedChild { check(isOver(), "it is over for the child's child") }
        return former.id == .current
      }
      try thread.start()
      if try thread.join() { wasRecycled = true }
    }
    #if canImport(Glibc)
      check(wasRecycled, "the C library gives the identity to another thread")
    #endif
  }
  try end.release()
  try former.join()
}

/// An error that ends, in a forked child, the thread that forked, while the parent's main thread joins it.
func forkAndThrow() throws {
  let main = KernelThreadID.current
  let thread = JoinableThread(name: "forking") {
    try waitUntilAsleepForGood([main])
    let child = test_fork()
    check(child >= 0, "fork works")
    if child == 0 { try throwBoom() }
    check(try endStatus(of: child) == 0, "the forked child ended well")
    return 1
  }
  try thread.start()
  check(try thread.join() == 1, "the parent's thread goes on")
}

/// Errors in the child of a fork during a report that waits for room in a pipe.
func forkDuringReport() throws {
  let reports = 10
  let (reading, writing) = try makePipe()
  let standardError = dup(STDERR_FILENO)
  dup2(writing, STDERR_FILENO)
  // What the runtime makes on first use is made before the fork.
  _ = try startBursting()
  try waitForThreads()
  fill(writing)
  let reporting = Atomic<Int32>(0)
  try startNewThread {
    reporting.store(KernelThreadID.current.rawValue, ordering: .relaxed)
    throw Boom()
  }
  try waitUntil("the thread to run") { reporting.load(ordering: .relaxed) != 0 }
  let thread = KernelThreadID(rawValue: reporting.load(ordering: .relaxed))
  // The signal of a broken pipe is blocked in its turn only.
  try waitUntil("the report to wait") { thread.blocks(SIGPIPE) && thread.isAsleep }
  let child = ForkedChild {
    let (childsReading, childsWriting) = try makePipe()
    dup2(childsWriting, STDERR_FILENO)
    let start = monotonicNow()
    for _ in 0..<reports {
      try startNewThread { throw Boom() }
      try waitForThreads()
      var report = [UInt8](repeating: 0, count: 4096)
      check(unsafe read(childsReading, &report, report.count) > 0, "the error was reported")
    }
    let time = monotonicNow() - start
    dup2(standardError, STDERR_FILENO)
    // One that waits for a turn that never comes waits for a second.
    check(time < .seconds(reports), "no report waited for the parent's")
    return 0
  }
  dup2(standardError, STDERR_FILENO)
  check(try child.status() == 0, "the forked child ended well")
  try waitForThreads()
  close(reading)
}
