/// The threads that make all the noise of a run.
struct NoiseThreads: Sendable {
  private let threads: [NoiseThread]

  /// The targets must live until ``end()`` has returned. The child of a fork must end within `childLimit`.
  init(
    _ noise: [Noise], _ environment: StressEnvironment, targets: [NativeThread], childLimit: Duration
  ) {
    var threads: [NoiseThread] = []
    func start(_ noise: Noise, _ disturbance: any Disturbance) {
      threads.append(NoiseThread(disturbance, noise, seed: environment.seed))
    }
    if noise.contains(.signals) { start(.signals, SignalStorm(environment, against: targets)) }
    if noise.contains(.stutter) { start(.stutter, Stutter(environment)) }
    if noise.contains(.shuffle) || noise.contains(.oneCPU) {
      start(.shuffle, ThreadMover(of: targets, between: environment.cpus, noise))
    }
    if noise.contains(.longHolds) { start(.longHolds, environment.longHolds) }
    if noise.contains(.forks) { start(.forks, Forker(environment, childLimit: childLimit)) }
    self.threads = threads
  }

  func end() -> [NoiseAccount] {
    threads.flatMap { $0.end() }
  }
}
