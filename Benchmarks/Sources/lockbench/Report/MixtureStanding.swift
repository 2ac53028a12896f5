extension Report {
  /// A lock in a mixture, the worst of the rounds, held against the limits.
  struct MixtureStanding: Codable, Sendable {
    var cell: String
    var id: String
    var name: String
    var isFastLock: Bool
    var limits: MixtureLimits
    var longestWaitNanoseconds: UInt64
    var mostOvertakings: UInt64
    /// NaN where nobody got anything.
    var jainIndex: Double
    var leastShare: Double
    var exceedsWaitLimit: Bool
    var exceedsOvertakingLimit: Bool
    /// Never where sections differ.
    var missesJainIndex: Bool
  }

  /// FastLock's locks that let others overtake too often, each once. Overtakings, unlike waits, do not depend on what
  /// else the machine does.
  var overtakenTooOften: [String] {
    mixtureStandings.filter { $0.isFastLock && $0.exceedsOvertakingLimit }.map(\.name)
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension Report.MixtureStanding {
  /// Nil of what is no mixture, was not measured or is no lock.
  init?(_ row: Report.Row, in cell: Report.Cell) {
    guard let limits = cell.limits, !row.rounds.isEmpty, row.rounds.allSatisfy(\.isIntact) else { return nil }
    let jainIndices = row.rounds.map(\.jainIndex)
    self.init(
      cell: cell.id, id: row.id, name: row.name, isFastLock: row.isFastLock, limits: limits,
      longestWaitNanoseconds: row.rounds.compactMap(\.waits?.longestNanoseconds).max() ?? 0,
      mostOvertakings: row.rounds.compactMap(\.waits?.mostOvertakings).max() ?? 0,
      jainIndex: jainIndices.contains(where: \.isNaN) ? .nan : jainIndices.min() ?? .nan,
      leastShare: row.rounds.map(\.leastShare).min() ?? 0, exceedsWaitLimit: false,
      exceedsOvertakingLimit: false, missesJainIndex: false)
    exceedsWaitLimit = longestWaitNanoseconds > limits.waitNanoseconds
    exceedsOvertakingLimit = mostOvertakings > limits.overtakings
    // Where nobody got anything shares are not equal either.
    missesJainIndex = limits.jainIndex.map { !(jainIndex >= $0) } ?? false
  }
}
