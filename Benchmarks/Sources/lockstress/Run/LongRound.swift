/// The size of a round with long sections: large enough for overtaking to show, and over in about a second although its
/// sections pass one after the other.
struct LongRound: Sendable {
  let threads: Int
  let operationsPerWorker: Int
  let sections: LongSections

  /// A pair of threads that passes the lock to and fro makes three times as many acquisitions as others may.
  static let operationsPerThread = 3 * Overtaking.acquisitionsPerThread / 2
  /// Of all sections of a round, in nanoseconds.
  static let mostTime = 1_000_000_000

  static let mostThreads = 24
  static let shortestSection = 200_000
  static let longestSection = 20_000_000
  /// One section of each thread. What stops a thread for less than ``Overtaking/acquisitionsPerThread`` times as long,
  /// and is in nobody's account, is no violation then.
  static let shortestTurn = 4_000_000

  init(threads: Int, operationsPerWorker: Int, sections: LongSections) {
    self.threads = threads
    self.operationsPerWorker = operationsPerWorker
    self.sections = sections
  }

  init(threads available: Int, _ random: inout RandomSource) {
    threads = random.between(min(2, available), min(Self.mostThreads, available))
    operationsPerWorker = Self.operationsPerThread * threads
    let least = max(Self.shortestSection, Self.shortestTurn / threads)
    let most = min(Self.longestSection, Self.mostTime / (threads * operationsPerWorker))
    let longest = random.between(least, most)
    sections = LongSections(
      areAsleep: random.oneIn(2), shortest: random.oneIn(2) ? longest : random.between(least, longest),
      longest: longest)
  }
}
