import CStressSupport

/// What a run came to.
struct RunResult {
  let kinds: [LockKind]
  /// Of all threads; nil after a hang: the account of a thread that hangs belongs to that thread.
  let account: Account?
  let operations: Int
  let rounds: Int
  let nanoseconds: UInt64
  let threads: Int
  let cpus: Int
  let noise: [NoiseAccount]
  let usage: stress_usage
  let violations: (kept: [Violation], total: Int)
  /// Who waits for what, if threads stopped making progress.
  let hang: [String]?
  let wasInterrupted: Bool

  var isClean: Bool { violations.total == 0 && hang == nil }
}
