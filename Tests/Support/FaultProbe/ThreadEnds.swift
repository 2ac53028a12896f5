import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// On the main thread ThreadExit is an error like any other.
func exitOnMainThread() {
  var deferred = false
  do {
    defer { deferred = true }
    try exitThread()
  } catch {
    check(deferred, "defer ran")
    return
  }
}

final class Flagging: Sendable {
  let flag: Locked<Int>

  init(_ flag: Locked<Int>) { self.flag = flag }

  deinit { flag.withLock { $0 += 1 } }
}

/// Threads that exit do so silently, and `defer` and `deinit` run.
func exitThreads() throws {
  let ran = Locked(0)
  try startNewThread {
    defer { ran.withLock { $0 += 1 } }
    let flagging = Flagging(ran)
    try withExtendedLifetime(flagging) { try exitThread() }
  }
  try waitForThreads()
  check(ran.withLock { $0 } == 2, "defer and deinit ran")
}

/// When main returns the process ends, whatever other threads do; their `defer` does not run.
func mainReturns() throws {
  let started = Locked(false)
  try startNewThread {
    defer { mark("deferred") }
    started.withLock { $0 = true }
    while true { pause() }
  }
  try waitUntil("the thread to run") { started.withLock { $0 } }
}

/// 20 000 starts leave nothing behind.
func startManyThreads() throws {
  let runs = Locked(0)
  func start(_ count: Int) throws {
    for round in 0..<count {
      if round.isMultiple(of: 2) {
        try startNewThread(name: "short") { runs.withLock { $0 += 1 } }
        // One after the other: how many there are at once is not what this is about.
        if round.isMultiple(of: 16) { try waitForThreads() }
      } else {
        let thread = JoinableThread { runs.withLock { $0 += 1 } }
        try thread.start()
        try thread.join()
      }
    }
    try waitForThreads()
  }
  try start(2_000)
  let before = Holdings()
  try start(20_000)
  // The last of them may be on its way out of the kernel.
  try waitUntil("the kernel to forget the threads") { Holdings().threads <= before.threads }
  let after = Holdings()
  check(runs.withLock { $0 } == 22_000, "each thread ran once")
  mark("resident pages: \(before.residentPages), then \(after.residentPages)")
  check(after.isFree(of: before), "nothing is left")
}
