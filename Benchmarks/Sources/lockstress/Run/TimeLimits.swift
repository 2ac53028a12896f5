import CStressSupport

extension Worker {
  /// A time limit of the kinds that go wrong: none, negative, tiny, about as long as locks are held, so long
  /// that it saturates.
  func randomLimit() -> Duration {
    switch random.below(12) {
    case 0: .zero
    case 1: .nanoseconds(-1)
    case 2: .seconds(Int64.min)
    case 3: Duration(secondsComponent: 0, attosecondsComponent: 1)
    case 4: .nanoseconds(1 + random.below(1_000))
    case 5: .milliseconds(1 + random.below(5))
    case 6: .seconds(Int64.max)
    default: randomShortLimit()
    }
  }

  func randomShortLimit() -> Duration {
    .nanoseconds(random.scaled(upTo: 500_000))
  }

  /// Calls `acquire` with a random limit. It may refuse, but not before the limit.
  func timed<E: Error>(_ acquire: (Duration) throws(E) -> Bool) throws(E) -> Outcome {
    let limit = randomLimit()
    let start = stress_now()
    if try acquire(limit) { return .performed }
    checkWaited(stress_now() - start, of: limit)
    return .refused
  }

  /// As ``timed(_:)``, with the instant at which the limit ends.
  func timedUntil(_ acquire: (ContinuousClock.Instant) -> Bool) -> Outcome {
    // Past and near only: an instant beyond the clock's range cannot be made.
    let instant = ContinuousClock.now.advanced(by: randomShortLimit() - .microseconds(50))
    if acquire(instant) { return .performed }
    let end = ContinuousClock.now
    if end < instant { violated("time-out: gave up \(end.duration(to: instant)) before its instant") }
    return .refused
  }

  private func checkWaited(_ nanoseconds: UInt64, of limit: Duration) {
    let waited = Duration.nanoseconds(Int64(nanoseconds))
    if waited < limit { violated("time-out: gave up after \(waited) of \(limit)") }
  }
}
