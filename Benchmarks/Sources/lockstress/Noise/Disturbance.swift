/// A noise, seen from the thread that makes it.
protocol Disturbance: AnyObject, Sendable {
  /// Disturbs the run once, and rests for as long as becomes it. It is called until ``StopSignal/isGiven``.
  func disturb(_ random: inout RandomSource, until stop: StopSignal)

  /// What came of it, for the report. Called when its thread has ended.
  var accounts: [NoiseAccount] { get }
}

/// A line of the report.
struct NoiseAccount: Sendable {
  let noise: Noise
  let text: String

  init(_ noise: Noise, _ text: String) {
    self.noise = noise
    self.text = text
  }
}
