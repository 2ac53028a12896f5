import FastLock
import Testing

/// What a ``Poller`` makes of what it sees. A pause takes 20 ns here, a tick 2 ns, a fetch of the line 80 ns.
@Suite struct PollerDecisions {
  private static let budget = SpinBudget(
    pauses: 1_000, pausesPerMicrosecond: 50, ticksPerPause: 10, lookTicks: 20)
  private static let here: UInt32 = 20
  private static let fetched: UInt32 = 60

  private static let firstGap: UInt32 = 3
  private static let confirmation: UInt32 = 4
  private static let longGap: UInt32 = 50 + 20 * 4

  private var poller = Poller(budget)

  /// Whether it takes the lock after its next gap.
  private mutating func takes(isFree: Bool, ticks: UInt32?, after gap: UInt32) -> Bool {
    #expect(poller.spendGap() == gap)
    #expect(poller.timesNextLook == (ticks != nil))
    return poller.shouldTake(isFree: isFree, ticks: ticks)
  }

  @Test mutating func looksOftenWhileTheLineStays() {
    var gaps: [UInt32] = []
    for _ in 0..<40 {
      gaps.append(poller.spendGap())
      let takes = poller.shouldTake(isFree: false, ticks: Self.here)
      #expect(!takes)
    }
    #expect(gaps.first == Self.firstGap)
    #expect(gaps.dropFirst() == gaps.dropFirst().sorted()[...])
    #expect(gaps[1] == 1)
    #expect(gaps.last == 5, "100 ns")
  }

  @Test mutating func takesAFreeLockThatNobodyTouches() {
    #expect(takes(isFree: true, ticks: Self.here, after: Self.firstGap))
  }

  @Test mutating func takesTheLockAtTheEndOfALongStay() {
    #expect(!takes(isFree: false, ticks: Self.here, after: Self.firstGap))
    for _ in 0..<2 { #expect(!takes(isFree: false, ticks: Self.here, after: 1)) }
    #expect(takes(isFree: true, ticks: Self.fetched, after: 1), "120 ns have passed")
  }

  @Test mutating func aStayOfAHundredNanosecondsIsShort() {
    #expect(!takes(isFree: false, ticks: Self.here, after: Self.firstGap))
    #expect(!takes(isFree: false, ticks: Self.here, after: 1))
    #expect(!takes(isFree: true, ticks: Self.fetched, after: 1))
    #expect(takes(isFree: true, ticks: Self.here, after: Self.confirmation))
  }

  @Test mutating func looksAgainAfterAShortStay() {
    #expect(!takes(isFree: true, ticks: Self.fetched, after: Self.firstGap))
    #expect(takes(isFree: true, ticks: Self.here, after: Self.confirmation))
  }

  @Test mutating func staysAwayFromALockThatIsTakenAgain() {
    #expect(!takes(isFree: false, ticks: Self.fetched, after: Self.firstGap))
    #expect(takes(isFree: true, ticks: nil, after: Self.longGap))
  }

  @Test(arguments: [false, true])
  mutating func staysAwayFromShortSections(isSecondFree: Bool) {
    #expect(!takes(isFree: true, ticks: Self.fetched, after: Self.firstGap))
    #expect(!takes(isFree: isSecondFree, ticks: Self.fetched, after: Self.confirmation))
    #expect(takes(isFree: true, ticks: nil, after: Self.longGap))
  }

  @Test(arguments: [false, true])
  mutating func staysAwayOnceMoreWhereSectionsRemainShort(isFreeAgain: Bool) {
    #expect(!takes(isFree: false, ticks: Self.fetched, after: Self.firstGap))
    #expect(!takes(isFree: false, ticks: nil, after: Self.longGap))
    #expect(!takes(isFree: isFreeAgain, ticks: Self.fetched, after: Self.firstGap))
    #expect(takes(isFree: true, ticks: nil, after: Self.longGap))
  }

  @Test mutating func comesNearerWhenASectionIsLong() {
    #expect(!takes(isFree: false, ticks: Self.fetched, after: Self.firstGap))
    #expect(!takes(isFree: false, ticks: nil, after: Self.longGap))
    #expect(!takes(isFree: false, ticks: Self.here, after: Self.firstGap))
    #expect(!takes(isFree: false, ticks: Self.here, after: 1))
  }

  @Test mutating func aDisturbedLookIsNoFetchOfManyMicroseconds() {
    #expect(!takes(isFree: false, ticks: 1_000_000, after: Self.firstGap))
    #expect(takes(isFree: true, ticks: nil, after: 50 + 20 * 20), "400 ns")
  }

  @Test mutating func staysAwayAfterALostRace() {
    #expect(takes(isFree: true, ticks: Self.here, after: Self.firstGap))
    poller.loseRace()
    #expect(takes(isFree: true, ticks: nil, after: 50))
  }

  @Test mutating func spendsItsBudgetAndNoMore() {
    var gaps: [UInt32] = []
    while poller.mayPoll {
      gaps.append(poller.spendGap())
      _ = poller.shouldTake(isFree: false, ticks: Self.here)
    }
    let sum = gaps.reduce(0, +)
    #expect(sum >= 1_000 && sum - gaps[gaps.count - 1] < 1_000)
  }

  @Test mutating func givesUp() {
    #expect(poller.mayPoll)
    poller.giveUp()
    #expect(!poller.mayPoll)
    #expect(!Poller(.none).mayPoll)
  }

  /// A counter that is too coarse: a change is all that tells of a write.
  @Test mutating func withoutAClockGoesByWhatChanges() {
    poller = Poller(SpinBudget(pauses: 1_000, pausesPerMicrosecond: 50))
    #expect(!takes(isFree: false, ticks: 0, after: Self.firstGap))
    #expect(!takes(isFree: true, ticks: 0, after: 1), "a change, after a short stay")
    #expect(!takes(isFree: false, ticks: 0, after: 3), "changed again")
    #expect(takes(isFree: true, ticks: nil, after: 50 + 20 * 3))

    poller = Poller(SpinBudget(pauses: 1_000, pausesPerMicrosecond: 50))
    #expect(!takes(isFree: true, ticks: 0, after: Self.firstGap))
    #expect(takes(isFree: true, ticks: 0, after: 3), "nobody took it meanwhile")
  }
}
