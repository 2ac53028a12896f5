import FastLock
import Testing

/// What a waiter does that has marked the word and wants the lock handed over.
@Suite struct HeadReactions {
  private let deadline = Deadline(nanoseconds: 3_000_000)

  private func asHead(_ lock: WaitingLock) -> UInt32 { lock.withHead | headSleeps }

  /// The word beside a head that knows of nobody in the queue.
  private func asOnlyHead(_ lock: WaitingLock) -> UInt32 { word(lock.contended | marked | headSleeps) }

  /// A waiter that becomes head, sleeps, and then finds what `returns` say.
  private func sleeping(_ lock: WaitingLock, _ returns: Script.Return...) -> Script {
    lock.head(then: returns)
  }

  // MARK: Polling

  private static let budget = SpinBudget(pauses: 10, pausesPerMicrosecond: 50)

  @Test(arguments: WaitingLock.allCases)
  func aHeadPollsForSixBudgetsBeforeItSleeps(_ lock: WaitingLock) {
    let script = lock.head(budget: Self.budget, then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let awake = lock.withHead
    let polls = script.steps.drop { $0 != lock.marking(awake) }.dropFirst()
    let poll: [Script.Step] = [.load, .pause, .pause, .pause, .pause]
    let expected =
      Array(repeating: poll, count: 15).flatMap(\.self) + [
        .load, .compareExchange(awake, asHead(lock), .relaxed), .wait(asHead(lock), .heads, firstLook),
      ]
    #expect(Array(polls.prefix(expected.count)) == expected)
    #expect(script.mayPollQuestions == 1)
  }

  /// The unlock that woke it is about to hand over.
  @Test(arguments: WaitingLock.allCases)
  func aHeadThatWasWokenPollsForOneBudgetMore(_ lock: WaitingLock) {
    let script = lock.head(
      budget: Self.budget,
      then: [.init(.woken, word: lock.withHead), .init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let wait = Script.Step.wait(asHead(lock), .heads, firstLook)
    let second = script.steps.drop { $0 != wait }.dropFirst().prefix { $0 != wait }
    #expect(second.count { $0 == .pause } == 10)
    #expect(script.mayPollQuestions == 2)
    #expect(script.waits.suffix(2) == [wait, wait])
  }

  /// On one CPU it would keep the holder from running.
  @Test(arguments: WaitingLock.allCases)
  func aHeadThatMayNotPollSaysAtOnceThatItSleeps(_ lock: WaitingLock) {
    let script = lock.head(budget: Self.budget, then: [.init(.woken, word: lock.resting)])
    script.mayPoll = false
    #expect(lock.lock(script))
    #expect(script.changes.contains(lock.marking(asHead(lock))))
    #expect(script.steps.count { $0 == .pause } == 3, "before the first wait")
  }

  @Test(arguments: WaitingLock.allCases)
  func aPollingHeadTakesWhatIsHandedOver(_ lock: WaitingLock) {
    let script = lock.head(budget: Self.budget)
    let handedOver = word(lock.held | handed)
    script.interfere(after: .pause, occurrence: 10, making: handedOver)
    #expect(lock.lock(script))
    #expect(script.steps.last == .compareExchange(handedOver, lock.withoutRoles(lock.held), .acquiring))
    #expect(script.steps.count { $0 == .pause } == 3 + 8)
  }

  @Test(arguments: WaitingLock.allCases)
  func aPollingHeadTakesAFreeLock(_ lock: WaitingLock) {
    let script = lock.head(budget: Self.budget)
    script.interfere(after: .pause, occurrence: 10, making: word(lock.resting | marked))
    #expect(lock.lock(script))
    #expect(script.word == lock.withoutRoles(lock.held))
    #expect(script.wakes.isEmpty)
  }

  // MARK: Being handed the lock

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.woken, .valueChanged, .interrupted])
  func whatIsHandedOverIsTaken(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let handedOver = word(lock.contended | handed)
    let script = sleeping(lock, .init(outcome, word: handedOver))
    #expect(lock.lock(script))
    #expect(script.steps.last == .compareExchange(handedOver, lock.contended, .acquiring))
  }

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.woken, .timedOut])
  func whatIsHandedOverIsTakenPastTheDeadlineToo(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let script = sleeping(lock, .init(outcome, word: word(lock.contended | handed), now: 4_000_000))
    #expect(lock.lock(script, until: deadline))
    #expect(script.word == lock.contended)
  }

  @Test(arguments: WaitingLock.allCases)
  func whatIsHandedOverToWhoWasCalledIsNotAHeads(_ lock: WaitingLock) {
    let others = word(lock.contended | handed | called)
    let script = sleeping(
      lock, .init(.valueChanged, word: others), .init(.timedOut, word: lock.resting))
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(others | queued, .starving(0), firstLook))
  }

  // MARK: Calling the next

  /// Where sections are so long that it slept, the next is to be there before this one ends.
  @Test(arguments: WaitingLock.allCases)
  func aHeadThatSleptCallsTheNextOfTheHighestRank(_ lock: WaitingLock) {
    let handedOver = word(lock.held | handed | queued, time: 4, rank: 2)
    let script = sleeping(lock, .init(.woken, word: handedOver, now: time(units: 5)))
    script.sleeperCount = 1
    #expect(lock.lock(script))
    let calling = word(lock.held | called, time: 5, rank: 1)
    let expected: [Script.Step] = [
      .compareExchange(handedOver, calling, .acquiring), .wake(1, .starving(2)),
    ]
    #expect(script.steps.suffix(2) == expected[...])
  }

  /// Its release must not touch the word after the lock is free.
  @Test func aHeadThatPolledCallsWhereTheReleaseCannot() {
    let lock = WaitingLock.releasableLock
    let script = lock.head(budget: Self.budget)
    script.sleeperCount = 1
    script.interfere(after: .pause, occurrence: 10, making: word(lock.held | handed | queued, rank: 2))
    #expect(lock.lock(script))
    #expect(script.word == word(lock.held | called, rank: 1))
    #expect(script.wakes == [.wake(1, .starving(2))])
  }

  @Test func aHeadThatPolledLeavesTheCallToTheUnlock() {
    let lock = WaitingLock.asymmetricMutex
    let script = lock.head(budget: Self.budget)
    script.interfere(after: .pause, occurrence: 10, making: word(lock.held | handed | queued, rank: 2))
    #expect(lock.lock(script))
    #expect(script.word == word(lock.held | queued, rank: 2))
    #expect(script.wakes.isEmpty)
  }

  // MARK: Losing the mark

  /// It did not come when it was handed the lock. Others may be in the queue whose call was forgotten since.
  @Test(arguments: WaitingLock.allCases)
  func aHeadWhoseMarkIsGoneMarksAgainBesideNoRoles(_ lock: WaitingLock) {
    let script = sleeping(
      lock, .init(.woken, word: lock.contended), .init(.woken, word: lock.resting))
    #expect(lock.lock(script))
    let asHeadAgain = word(lock.contended | marked | queued | headSleeps, rank: 7)
    #expect(
      script.waits.suffix(2) == [
        .wait(asHead(lock), .heads, firstLook), .wait(asHeadAgain, .heads, firstLook),
      ])
    #expect(script.changes.contains(.compareExchange(lock.contended, asHeadAgain, .relaxed)))
  }

  @Test(arguments: WaitingLock.allCases, [queued, called])
  func aHeadWhoseMarkIsGoneQueuesBesideOtherRoles(_ lock: WaitingLock, _ role: UInt32) {
    let script = sleeping(
      lock, .init(.woken, word: word(lock.contended | role)), .init(.timedOut, word: lock.resting))
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(word(lock.contended | role | queued), .starving(0), firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func aHeadWokenBeforeTheHandOverSleepsAgain(_ lock: WaitingLock) {
    let awake = lock.withHead
    let script = sleeping(
      lock, .init(.woken, word: awake), .init(.woken, word: word(lock.contended | handed)))
    #expect(lock.lock(script))
    #expect(script.changes.contains(.compareExchange(awake, asHead(lock), .relaxed)))
    #expect(script.waits.last == .wait(asHead(lock), .heads, firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func aHeadLooksByItselfAndItsRankGrows(_ lock: WaitingLock) {
    let secondLook = firstLook.advanced(by: .milliseconds(4))
    let looks: [Script.Return] = [
      .init(.timedOut, now: firstLook.nanoseconds),
      .init(.timedOut, word: word(lock.contended | called), now: secondLook.nanoseconds),
      .init(.timedOut, word: lock.resting),
    ]
    let script = lock.head(then: looks)
    #expect(lock.lock(script))
    let expected: [Script.Step] = [
      .wait(asHead(lock), .heads, firstLook), .wait(asHead(lock), .heads, secondLook),
      .wait(
        word(lock.contended | called | queued, rank: 2), .starving(2),
        secondLook.advanced(by: .milliseconds(8))),
    ]
    #expect(script.waits.dropFirst(2) == expected[...])
  }

  // MARK: Giving the mark back

  /// After a plain unlock that was under way.
  @Test(arguments: WaitingLock.allCases)
  func whoTakesAFreeLockTakesTheMarkAwayAndWakesWhoElseBelievesInIt(_ lock: WaitingLock) {
    let free = word(lock.resting | parked | marked | headSleeps)
    let script = sleeping(lock, .init(.valueChanged, word: free))
    #expect(lock.lock(script))
    let expected: [Script.Step] = [
      .compareExchange(free, lock.contended, .acquiring), .wake(.max, .heads),
    ]
    #expect(script.steps.suffix(2) == expected[...])
  }

  @Test(arguments: WaitingLock.allCases)
  func whoLeavesTakesTheMarkAway(_ lock: WaitingLock) {
    let script = sleeping(lock, .init(.timedOut, word: asOnlyHead(lock), now: deadline.nanoseconds))
    #expect(!lock.lock(script, until: deadline))
    let expected: [Script.Step] = [
      .compareExchange(asOnlyHead(lock), lock.contended, .relaxed), .wake(.max, .heads),
    ]
    #expect(script.steps.suffix(2) == expected[...])
  }

  @Test(arguments: WaitingLock.allCases)
  func whoLeavesCallsTheNext(_ lock: WaitingLock) {
    let seen = word(lock.contended | marked | queued, rank: 3)
    let script = sleeping(lock, .init(.timedOut, word: seen, now: deadline.nanoseconds))
    script.sleeperCount = 1
    #expect(!lock.lock(script, until: deadline))
    let expected: [Script.Step] = [
      .compareExchange(seen, word(lock.contended | called, time: 2, rank: 2), .relaxed),
      .wake(1, .starving(3)),
    ]
    #expect(script.steps.suffix(2) == expected[...])
  }

  @Test(arguments: WaitingLock.allCases)
  func whoseMarkIsGoneLeavesNothing(_ lock: WaitingLock) {
    let seen = word(lock.contended | called | queued)
    let script = sleeping(lock, .init(.timedOut, word: seen, now: deadline.nanoseconds))
    #expect(!lock.lock(script, until: deadline))
    #expect(script.word == seen)
    #expect(script.wakes.isEmpty)
  }

  @Test(arguments: WaitingLock.allCases)
  func aHandOverThatForestallsTheLeaveIsTaken(_ lock: WaitingLock) {
    let script = sleeping(lock, .init(.timedOut, now: deadline.nanoseconds))
    script.interfere(after: .wait(asHead(lock), .heads, deadline), making: asOnlyHead(lock))
    script.interfere(after: .load, making: word(lock.contended | handed, time: 2))
    #expect(lock.lock(script, until: deadline))
    #expect(script.changes.contains(.compareExchange(asOnlyHead(lock), lock.contended, .relaxed)))
    #expect(script.word == lock.contended)
  }
}
