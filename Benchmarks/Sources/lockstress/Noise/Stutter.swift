import CStressSupport

/// Stops the whole load, lets it stand still and starts it again, all threads together. The locks are free in
/// between: whoever is left waiting for one keeps the load from standing still, which the watchdog sees.
final class Stutter: Disturbance {
  private let gate: LoadGate
  private let helpers: HelperPool
  private nonisolated(unsafe) var stops = 0
  private nonisolated(unsafe) var stillness: UInt64 = 0

  private static let shortestRunNanoseconds = 1_000_000
  private static let longestRunNanoseconds = 100_000_000
  private static let longestStillnessNanoseconds = 20_000_000
  private static let lookIntervalNanoseconds: UInt64 = 10_000_000

  init(_ environment: StressEnvironment) {
    gate = environment.load
    helpers = environment.helpers
  }

  func disturb(_ random: inout RandomSource, until stop: StopSignal) {
    stop.rest(random.between(Self.shortestRunNanoseconds, Self.longestRunNanoseconds))
    let wasRunning = gate.stop()
    while !isStill() {
      // What cannot stand still is the watchdog's business, and nothing is to go on then.
      if stop.isGiven { return }
    }
    let start = stress_now()
    stop.rest(random.scaled(upTo: Self.longestStillnessNanoseconds))
    if wasRunning {
      stops += 1
      stillness += stress_now() - start
    }
    gate.start()
  }

  private func isStill() -> Bool {
    let deadline = stress_now() + Self.lookIntervalNanoseconds
    return gate.isStill(by: deadline) && helpers.isIdle(by: deadline)
  }

  var accounts: [NoiseAccount] {
    [NoiseAccount(.stutter, "stops of the whole load: \(stops), in all \(formatSeconds(stillness))")]
  }
}
