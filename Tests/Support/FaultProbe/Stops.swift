import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Has a forked child stop this whole process (SIGSTOP) `count` times, from now on, and let it go on (SIGCONT) each time
/// after a while, with a signal pending if one is given. To be called while there is one thread.
func stopRepeatedly(
  _ count: Int, running: ClosedRange<Int>, stopped: ClosedRange<Int>, thenSending signal: CInt? = nil
) -> ForkedChild {
  let process = getpid()
  return ForkedChild {
    var random = SplitMix64(seed: UInt64(count))
    for _ in 0..<count {
      nap(.microseconds(Int.random(in: running, using: &random)))
      kill(process, SIGSTOP)
      try waitUntil("the process to stop") { state(of: process) == "T" }
      nap(.microseconds(Int.random(in: stopped, using: &random)))
      if let signal { kill(process, signal) }
      kill(process, SIGCONT)
    }
    return 0
  }
}

/// A letter: proc_pid_stat(5).
private func state(of process: pid_t) -> Character? {
  // The name before it may contain anything.
  fileContents("/proc/\(process)/stat").split(separator: ")").last?.dropFirst().first
}

/// Contention in a process that is stopped repeatedly, for so many microseconds chosen at random.
func contend(
  under fault: String, stops count: Int, running: ClosedRange<Int>, stopped: ClosedRange<Int>
) throws {
  var stopper: ForkedChild?
  try contend(under: fault) {
    stopper = stopRepeatedly(count, running: running, stopped: stopped)
  } _: { _ in
    check(try stopper?.status() == 0, "all stops were made")
    return count
  }
}

/// Contention that stands still at random moments, time-outs included.
func stopsDuringContention() throws {
  try contend(under: "stops", stops: 40, running: 0...2_000, stopped: 0...2_000)
}
