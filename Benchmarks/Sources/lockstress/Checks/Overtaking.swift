/// Judges how often others acquired a lock while a thread waited for it, in a round with long sections. They may
///
///     4 x threads + delay / shortest section
///
/// times, beside what they acquire in the first 2 ms of the wait.
///
/// From the end of its patience, after 1 ms, a waiter is overtaken once by each whose patience ended before, and by one
/// other for each of these. While a thread that was woken is on its way, whoever comes may pass: where a CPU is free,
/// for less than the shortest section, in which at most two others acquire the lock. That makes four for each thread.
/// Where no CPU is free, it takes as long as the kernel leaves the thread without one; the same is true of one that has
/// released the lock and not yet woken another. So the delay is the time for which the threads of the round were runnable
/// without running since the wait began, all of them together.
///
/// A waiter that a signal interrupts sleeps anew, behind others. Its wait is judged as if it had begun then.
final class Overtaking: Sendable {
  static let acquisitionsPerThread = 4
  /// In nanoseconds.
  static let grace: UInt64 = 2_000_000

  struct Wait {
    let start: UInt64
    fileprivate let delayBefore: UInt64
  }

  struct Finding: Sendable {
    let overtaken: Int
    let allowed: Int
    var isViolation: Bool { overtaken > allowed }
    /// Of what is allowed.
    var share: Double { Double(overtaken) / Double(allowed) }
  }

  private let threads: Int
  private let sections: LongSections
  private let delays: any DelayAccount
  private let times: AcquisitionTimes

  init(_ round: LongRound, delays: any DelayAccount) {
    threads = round.threads
    sections = round.sections
    self.delays = delays
    times = AcquisitionTimes(room: round.threads * round.operationsPerWorker)
  }

  /// By who is about to ask for the lock.
  func begin(at now: @autoclosure () -> UInt64) -> Wait {
    let delay = delays.recentTotal()
    return Wait(start: now(), delayBefore: delay)
  }

  /// By who has acquired the lock, before ``note(_:)``, or has given up; nil of a wait too short to be judged.
  func judge(_ wait: Wait, interrupted: UInt64, at now: UInt64) -> Finding? {
    let end = max(wait.start, interrupted) + Self.grace
    guard now > end else { return nil }
    let overtaken = times.acquisitions(after: end)
    let allowed = Self.acquisitionsPerThread * threads
    guard overtaken > allowed else { return Finding(overtaken: overtaken, allowed: allowed) }
    let total = delays.total()
    let delay = Int(total - min(total, wait.delayBefore))
    return Finding(overtaken: overtaken, allowed: allowed + delay / sections.shortest)
  }

  /// By who has acquired the lock, while it has it.
  func note(_ time: UInt64) {
    times.note(time)
  }

  func description(of finding: Finding) -> String {
    "overtaking: while a thread waited, others acquired the lock \(finding.overtaken) times, of which "
      + "\(finding.allowed) are allowed; \(threads) threads, \(sections)"
  }
}
