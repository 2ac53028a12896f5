import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Stops this whole process (SIGSTOP) `count` times, and lets it go on (SIGCONT) after a while.
func stopRepeatedly(_ count: Int, running: ClosedRange<Int>, stopped: ClosedRange<Int>) throws {
  let process = getpid()
  try inForkedChild {
    var random = SplitMix(seed: UInt64(count))
    for _ in 0..<count {
      nap(.microseconds(Int.random(in: running, using: &random)))
      kill(process, SIGSTOP)
      try waitUntil("the process to stop") { state(of: process) == "T" }
      nap(.microseconds(Int.random(in: stopped, using: &random)))
      kill(process, SIGCONT)
    }
  }
}

/// A letter: proc_pid_stat(5).
private func state(of process: pid_t) -> Character? {
  // The name before it may contain anything.
  fileContents("/proc/\(process)/stat").split(separator: ")").last?.dropFirst().first
}

/// Contention that stands still at random moments, time-outs included.
func stopsDuringContention() throws {
  let stops = 40
  try contend(under: "stops") { _ in
    try stopRepeatedly(stops, running: 0...2_000, stopped: 0...2_000)
    return stops
  }
}
