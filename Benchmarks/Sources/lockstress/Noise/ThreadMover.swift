import CStressSupport
import Synchronization

/// What a ``ThreadMover`` moves.
protocol MovableThread: Sendable {
  /// Whether the thread runs on these CPUs only from here.
  func bind(to cpus: [CInt]) -> Bool
}

/// Says which threads run on which CPUs, all the time anew.
final class ThreadMover: Disturbance {
  private let threads: [any MovableThread]
  private let cpus: [CInt]
  private let shuffles: Bool
  private let gathers: Bool

  private nonisolated(unsafe) var shuffleCount = 0
  private nonisolated(unsafe) var moves = 0
  private nonisolated(unsafe) var periods = 0
  private nonisolated(unsafe) var gathered: UInt64 = 0
  private nonisolated(unsafe) var refused = 0

  private static let longestPeriodNanoseconds = 200_000_000
  private static let longestGapNanoseconds = 20_000_000

  init(of threads: [any MovableThread], between cpus: [CInt], _ noise: [Noise]) {
    self.threads = threads
    self.cpus = cpus
    shuffles = noise.contains(.shuffle)
    gathers = noise.contains(.oneCPU)
  }

  func disturb(_ random: inout RandomSource, until stop: StopSignal) {
    let end = stress_now() + UInt64(random.scaled(upTo: Self.longestPeriodNanoseconds))
    while !stop.isGiven, stress_now() < end {
      if shuffles { shuffle(&random) }
      stop.rest(random.scaled(upTo: Self.longestGapNanoseconds))
    }
    if gathers, !stop.isGiven { gather(&random, until: stop) }
  }

  /// Moves some threads, each for itself.
  func shuffle(_ random: inout RandomSource) {
    for _ in 0..<random.scaled(upTo: threads.count) {
      if bind(threads[random.below(threads.count)], to: someCPUs(&random)) { moves += 1 }
    }
    shuffleCount += 1
  }

  /// One, all, or each with even odds.
  private func someCPUs(_ random: inout RandomSource) -> [CInt] {
    switch random.below(4) {
    case 0: return cpus
    case 1:
      let chosen = cpus.filter { _ in random.oneIn(2) }
      return chosen.isEmpty ? cpus : chosen
    default: return [cpus[random.below(cpus.count)]]
    }
  }

  /// Puts all threads on one CPU for a while.
  private func gather(_ random: inout RandomSource, until stop: StopSignal) {
    let cpu = cpus[random.below(cpus.count)]
    for thread in threads { _ = bind(thread, to: [cpu]) }
    let start = stress_now()
    stop.rest(random.scaled(upTo: Self.longestPeriodNanoseconds))
    gathered += stress_now() - start
    periods += 1
    for thread in threads { _ = bind(thread, to: cpus) }
  }

  private func bind(_ thread: any MovableThread, to cpus: [CInt]) -> Bool {
    let isBound = thread.bind(to: cpus)
    if !isBound { refused += 1 }
    return isBound
  }

  var accounts: [NoiseAccount] {
    let refusals = refused == 0 ? "" : ", moves refused: \(refused)"
    let total = cpus.count
    var accounts: [NoiseAccount] = []
    if shuffles {
      accounts.append(
        NoiseAccount(
          .shuffle, "shuffles: \(shuffleCount), moves of threads between \(total) CPUs: \(moves)\(refusals)"))
    }
    if gathers {
      let time = formatSeconds(gathered)
      accounts.append(
        NoiseAccount(.oneCPU, "periods on one CPU of \(total): \(periods), in all \(time)\(refusals)"))
    }
    return accounts
  }
}
