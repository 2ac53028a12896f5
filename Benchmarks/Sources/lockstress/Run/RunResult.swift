/// What a run came to.
struct RunResult {
  let kinds: [LockKind]
  /// By worker, kind, operation and outcome.
  let counts: [[[[UInt64]]]]
  let operations: Int
  let rounds: Int
  let nanoseconds: UInt64
  let signalsSent: Int?
  let signalsHandled: UInt64
  let violations: (kept: [Violation], total: Int)
  /// Who waits for what, if threads stopped making progress.
  let hang: [String]?
  let wasInterrupted: Bool

  var isClean: Bool { violations.total == 0 && hang == nil }

  func count(_ outcome: Outcome, kind: Int, operation: Int) -> UInt64 {
    counts.reduce(0) { $0 + $1[kind][operation][outcome.rawValue] }
  }
}
