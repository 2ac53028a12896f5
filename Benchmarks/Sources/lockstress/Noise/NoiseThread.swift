/// The thread of a disturbance.
struct NoiseThread: Sendable {
  private let disturbance: any Disturbance
  private let stop = StopSignal()
  private let thread: NativeThread

  /// What is random about it follows from the seed and from the noise.
  init(_ disturbance: any Disturbance, _ noise: Noise, seed: UInt64) {
    self.disturbance = disturbance
    thread = NativeThread { [stop] in
      var random = RandomSource(seed: seed, stream: noise.stream)
      while !stop.isGiven { disturbance.disturb(&random, until: stop) }
    }
  }

  /// Ends the noise, and says what came of it.
  func end() -> [NoiseAccount] {
    stop.give()
    thread.join()
    return disturbance.accounts
  }
}

extension Noise {
  /// Below those of the workers, which count up from 0, and of the planner.
  fileprivate var stream: Int {
    switch self {
    case .signals: -2
    case .stutter: -3
    case .shuffle, .oneCPU: -4
    case .longHolds: -5
    case .forks: -6
    }
  }
}
