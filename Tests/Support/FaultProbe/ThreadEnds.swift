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

private final class Flagging: Sendable {
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

/// What a process holds, from /proc.
private struct Holdings {
  let residentPages: Int
  let descriptors: Int
  let threads: Int

  init() {
    residentPages = Self.words("/proc/self/statm")[1]
    threads = Self.entries("/proc/self/task")
    descriptors = Self.entries("/proc/self/fd")
  }

  private static func entries(_ path: String) -> Int {
    guard let directory = unsafe opendir(path) else { return -1 }
    defer { unsafe closedir(directory) }
    var count = 0
    while unsafe readdir(directory) != nil { count += 1 }
    return count
  }

  private static func words(_ path: String) -> [Int] {
    guard let file = unsafe fopen(path, "r") else { return [] }
    defer { unsafe fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe fgets(&buffer, 256, file) != nil else { return [] }
    let text = String(decoding: buffer.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split { !$0.isNumber }.compactMap { Int($0) }
  }
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
  check(after.descriptors == before.descriptors, "no descriptor is left")
  mark("resident pages: \(before.residentPages), then \(after.residentPages)")
  // 20 000 leaks of 48 bytes would be 234 pages. ThreadSanitizer keeps some hundred bytes of its own for each thread
  // that ever ran.
  let isSanitized = unsafe dlsym(nil, "__tsan_init") != nil
  check(after.residentPages - before.residentPages < (isSanitized ? 8192 : 200), "memory stays flat")
}

/// To be run while the system refuses threads.
func startFails() throws {
  let released = Locked(0)
  for _ in 0..<100 {
    do {
      let capture = Flagging(released)
      try startNewThread { withExtendedLifetime(capture) {} }
      check(false, "no thread is started")
    } catch {
      guard case .cannotStart(let errno) = error else { return check(false, "it says why") }
      check(errno == EAGAIN || errno == ENOMEM, "it says why")
    }
  }
  check(released.withLock { $0 } == 100, "captures are released")
  check(threadCount() == 0, "nothing counts")
  let thread = JoinableThread {}
  for _ in 0..<100 {
    do {
      try thread.start()
      check(false, "no thread is started")
    } catch {}
  }
  check(thread.id == nil, "it is not started")
}
