import CStressSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How the threads of a round behave inside the lock and between operations.
enum Tempo: Sendable {
  /// Back to back.
  case tight
  /// Some hundred nanoseconds of work inside and outside.
  case busy
  /// Holders give up the CPU inside: waiters run out of patience and sleep.
  case yielding
  /// Holders sleep inside: everyone sleeps.
  case sleepy
  /// Everyone's sections are longer than waiters poll, and most waiters run out of patience.
  case long(LongSections)

  static let short: [Tempo] = [.tight, .busy, .yielding, .sleepy]

  var sections: LongSections? {
    if case .long(let sections) = self { sections } else { nil }
  }

  func dwellInside(_ random: inout RandomSource) {
    switch self {
    case .tight: break
    case .busy: work(random.below(200))
    case .yielding: if random.oneIn(4) { sched_yield() }
    case .sleepy: if random.oneIn(16) { stress_sleep(UInt32(random.scaled(upTo: 100_000))) }
    case .long(let sections): sections.dwellInside(&random)
    }
  }

  func pauseOutside(_ random: inout RandomSource) {
    switch self {
    case .tight: break
    case .busy: work(random.below(400))
    case .yielding: if random.oneIn(16) { sched_yield() }
    case .sleepy: if random.oneIn(64) { stress_sleep(UInt32(random.scaled(upTo: 50_000))) }
    case .long(let sections): sections.pauseOutside(&random)
    }
  }

  private func work(_ count: Int) {
    for _ in 0..<count { stress_opaque_call() }
  }
}
