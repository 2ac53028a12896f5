/// What threads did and how it went: of the same size however long they go on.
struct Account: Sendable {
  struct Operation: Sendable {
    /// By ``Outcome``.
    private(set) var outcomes = Array(repeating: UInt64(0), count: Outcome.allCases.count)
    /// In nanoseconds; nil if nothing waited for a lock.
    private(set) var longestWait: UInt64?

    subscript(outcome: Outcome) -> UInt64 { outcomes[outcome.rawValue] }

    mutating func count(_ outcome: Outcome) {
      outcomes[outcome.rawValue] += 1
    }

    mutating func noteWait(_ nanoseconds: UInt64) {
      longestWait = max(longestWait ?? 0, nanoseconds)
    }

    mutating func add(_ other: Operation) {
      for index in outcomes.indices { outcomes[index] += other.outcomes[index] }
      if let wait = other.longestWait { noteWait(wait) }
    }
  }

  struct Kind: Sendable {
    var operations: [Operation]
    /// How often what the lock guards was updated.
    var holds: UInt64 = 0
    private(set) var longHolds: UInt64 = 0
    /// In nanoseconds; nil without long holds.
    private(set) var longestHold: UInt64?
    private(set) var judgedWaits: UInt64 = 0
    /// Of the waits judged, the one nearest to what is allowed, or furthest beyond it.
    private(set) var mostOvertaken: Overtaking.Finding?

    mutating func noteLongHold(_ nanoseconds: UInt64) {
      longHolds += 1
      longestHold = max(longestHold ?? 0, nanoseconds)
    }

    mutating func noteOvertaking(_ finding: Overtaking.Finding) {
      judgedWaits += 1
      noteMostOvertaken(finding)
    }

    private mutating func noteMostOvertaken(_ finding: Overtaking.Finding) {
      if finding.share > mostOvertaken?.share ?? -1 { mostOvertaken = finding }
    }

    mutating func add(_ other: Kind) {
      for index in operations.indices { operations[index].add(other.operations[index]) }
      holds += other.holds
      longHolds += other.longHolds
      if let hold = other.longestHold { longestHold = max(longestHold ?? 0, hold) }
      judgedWaits += other.judgedWaits
      if let most = other.mostOvertaken { noteMostOvertaken(most) }
    }
  }

  var kinds: [Kind]

  init(_ kinds: [LockKind]) {
    self.kinds = kinds.map { Kind(operations: Array(repeating: Operation(), count: $0.operations.count)) }
  }

  mutating func add(_ other: Account) {
    for index in kinds.indices { kinds[index].add(other.kinds[index]) }
  }
}
