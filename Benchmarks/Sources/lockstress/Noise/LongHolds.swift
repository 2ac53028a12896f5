import Synchronization

/// Makes, once in a great while, whoever holds a lock hold it for milliseconds: longer than anyone polls, and
/// than a time slice lasts.
final class LongHolds: Disturbance {
  /// In nanoseconds; 0 when none is due.
  private let due = Atomic<Int>(0)
  private let held = Atomic<Int>(0)

  private static let shortestGapNanoseconds = 20_000_000
  private static let longestGapNanoseconds = 500_000_000
  private static let shortestHoldNanoseconds = 1_000_000
  private static let longestHoldNanoseconds = 20_000_000

  func disturb(_ random: inout RandomSource, until stop: StopSignal) {
    stop.rest(random.between(Self.shortestGapNanoseconds, Self.longestGapNanoseconds))
    due.store(
      random.between(Self.shortestHoldNanoseconds, Self.longestHoldNanoseconds), ordering: .relaxed)
  }

  /// Called by who holds a lock. If a long hold is due, it lasts that long, and this returns how long it was.
  func holdIfDue(_ random: inout RandomSource) -> UInt64? {
    guard due.load(ordering: .relaxed) != 0 else { return nil }
    let length = due.exchange(0, ordering: .relaxed)
    guard length != 0 else { return nil }
    let time = passTime(length, asleep: random.oneIn(2))
    held.wrappingAdd(1, ordering: .relaxed)
    return time
  }

  var accounts: [NoiseAccount] {
    [NoiseAccount(.longHolds, "holds of 1 to 20 ms: \(held.load(ordering: .relaxed))")]
  }
}
