import FastLock
import Testing

/// What a waiter does whose patience has ended, until it is called.
@Suite struct StarvingReactions {
  // MARK: Joining the queue

  /// Whom a call that was forgotten has left in the queue, it cannot know.
  @Test(arguments: WaitingLock.allCases)
  func besideNoRoleAWaiterQueuesAfterAMillisecondAndSaysTheHighestRank(_ lock: WaitingLock) {
    let script = lock.starving(lock.contended, then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let withQueue = word(lock.contended | queued, rank: 7)
    let expected: [Script.Step] = [
      .load, .wait(lock.contended, .ordinary, patienceEnd), .load,
      .compareExchange(lock.contended, withQueue, .relaxed), .wait(withQueue, .starving(0), firstLook),
    ]
    #expect(Array(script.steps.dropFirst(lock.opening.count).prefix(5)) == expected)
  }

  @Test(arguments: WaitingLock.allCases)
  func whoHasQueuedBesideNoRoleBecomesHeadWhenCalled(_ lock: WaitingLock) {
    let calling = word(lock.contended | called, time: 1, rank: 6)
    let script = lock.starving(
      lock.contended, then: [.init(.woken, word: calling), .init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    let asHead = word(lock.contended | marked | queued | headSleeps, time: 1, rank: 6)
    let expected: [Script.Step] = [
      .wait(word(lock.contended | queued, rank: 7), .starving(0), firstLook),
      .wait(asHead, .heads, firstLook),
    ]
    #expect(script.waits.dropFirst() == expected[...])
  }

  @Test(arguments: WaitingLock.allCases)
  func aRoleEndsTheCountOfQuietUnlocks(_ lock: WaitingLock) {
    let script = lock.starving(
      word(lock.held, quietUnlocks: 3), then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(word(lock.held | queued, rank: 7), .starving(0), firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func patienceIsNotBegunAnewByAWakeUp(_ lock: WaitingLock) {
    let script = lock.script(
      lock.contended,
      [
        .init(.woken, now: 400_000), .init(.woken, now: patienceEnd.nanoseconds),
        .init(.timedOut, word: lock.resting),
      ])
    #expect(lock.lock(script))
    let expected: [Script.Step] = [
      .wait(lock.contended, .ordinary, patienceEnd), .wait(lock.contended, .ordinary, patienceEnd),
      .wait(word(lock.contended | queued, rank: 7), .starving(0), firstLook),
    ]
    #expect(script.waits == expected)
  }

  /// The threads behind them do not exist in this process.
  @Test(arguments: WaitingLock.allCases, [marked | headSleeps, queued, called, marked | queued])
  func rolesFromBeforeAForkAreReplaced(_ lock: WaitingLock, _ roles: UInt32) {
    let old = word(lock.contended | roles, time: 7, rank: 5, unlocks: 3, generation: presentGeneration - 1)
    let script = lock.starving(old, then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(
      script.waits.last == .wait(word(lock.contended | queued, rank: 7), .starving(0), firstLook))
  }

  @Test(arguments: WaitingLock.allCases, [marked, marked | headSleeps, queued, called, called | queued])
  func besideRolesItQueuesUntilItsNextLook(_ lock: WaitingLock, _ roles: UInt32) {
    let script = lock.starving(
      word(lock.contended | roles), then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(
      script.waits.last == .wait(word(lock.contended | roles | queued), .starving(0), firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func aHigherRankInTheWordStays(_ lock: WaitingLock) {
    let script = lock.starving(
      word(lock.contended | marked, rank: 5), then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(
      script.waits.last
        == .wait(word(lock.contended | marked | queued, rank: 5), .starving(0), firstLook))
  }

  /// A starving waiter sets `parked` for the wake-up that it carries, and for no other reason.
  @Test(arguments: WaitingLock.allCases)
  func aWakeUpThatEndsPatienceIsPassedOn(_ lock: WaitingLock) {
    let script = lock.script(
      lock.contended,
      [
        .init(.woken, word: word(lock.held | marked), now: patienceEnd.nanoseconds),
        .init(.timedOut, word: lock.resting),
      ])
    #expect(lock.lock(script))
    #expect(
      script.waits.last == .wait(word(lock.contended | marked | queued), .starving(0), firstLook))
    #expect(script.word == lock.held, "it is passed on once")
  }

  @Test(arguments: WaitingLock.allCases)
  func whoWasNotWokenSaysNothingOfOrdinarySleepers(_ lock: WaitingLock) {
    let script = lock.starving(word(lock.held | marked), then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(word(lock.held | marked | queued), .starving(0), firstLook))
  }

  // MARK: Looks

  private func look(at milliseconds: Double, word: UInt32? = nil) -> Script.Return {
    .init(.timedOut, word: word, now: patienceEnd.nanoseconds + UInt64(milliseconds * 1_000_000))
  }

  /// A waiter that queues beside a head and then finds what `returns` say.
  private func queueing(_ lock: WaitingLock, _ returns: [Script.Return]) -> Script {
    lock.starving(word(lock.contended | marked), then: returns)
  }

  @Test(arguments: WaitingLock.allCases)
  func looksInVainRaiseTheRankAndGrowRarer(_ lock: WaitingLock) {
    let looks: [Double] = [4, 8, 16, 32, 64, 128]
    let script = queueing(lock, looks.map { look(at: $0) } + [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let waits = (looks + [256]).enumerated().map { rank, next in
      Script.Step.wait(
        word(lock.contended | marked | queued, rank: UInt32(rank)), .starving(UInt32(rank)),
        patienceEnd.advanced(by: .microseconds(Int(next * 1_000))))
    }
    #expect(script.waits.dropFirst() == waits[...])
  }

  @Test(arguments: WaitingLock.allCases)
  func aRankGrowsToSeven(_ lock: WaitingLock) {
    let looks = (1...20).map { look(at: 4 * pow($0)) }
    let script = queueing(lock, looks + [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let ranks = script.waits.dropFirst().compactMap { wait in
      if case .wait(let seen, .starving(let rank), _) = wait { [rank, seen >> 24 & 7] } else { nil }
    }
    #expect(ranks == (0...20).map { [min($0, 7), min($0, 7)] })
  }

  private func pow(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 2 } }

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.interrupted, .valueChanged, .timedOut])
  func whatEndsASleepBeforeTheLookRaisesNothing(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let early = Script.Return(outcome, now: firstLook.nanoseconds - 1)
    let script = queueing(lock, [early, early, .init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let wait = Script.Step.wait(word(lock.contended | marked | queued), .starving(0), firstLook)
    #expect(script.waits.dropFirst() == [wait, wait, wait])
  }

  @Test(arguments: WaitingLock.allCases)
  func whoLooksAndFindsNoRolesBecomesHead(_ lock: WaitingLock) {
    let script = queueing(lock, [look(at: 4, word: lock.contended), .init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(
      script.waits.last
        == .wait(
          word(lock.contended | marked | queued | headSleeps, rank: 7), .heads,
          firstLook.advanced(by: .milliseconds(4))))
  }

  @Test(arguments: WaitingLock.allCases)
  func aLookThatFindsTheLockFreeTakesItAndLeavesTheRoles(_ lock: WaitingLock) {
    let free = word(lock.resting | called | queued, time: 4, rank: 2, unlocks: 1)
    let script = queueing(lock, [look(at: 4, word: free)])
    #expect(lock.lock(script))
    #expect(script.steps.last == .compareExchange(free, free | locked, .acquiring))
  }

  // MARK: Deadlines

  private let deadline = Deadline(nanoseconds: 3_000_000)

  @Test(arguments: WaitingLock.allCases)
  func noSleepInTheQueueOutlastsTheDeadline(_ lock: WaitingLock) {
    let script = queueing(lock, [.init(.timedOut, now: deadline.nanoseconds)])
    #expect(!lock.lock(script, until: deadline))
    let seen = word(lock.contended | marked | queued)
    #expect(script.waits.last == .wait(seen, .starving(0), deadline))
    #expect(script.word == seen, "it cannot know whether others are in the queue")
    #expect(script.wakes.isEmpty)
  }

  @Test(arguments: WaitingLock.allCases)
  func noSleepOfAHeadOutlastsTheDeadline(_ lock: WaitingLock) {
    let script = lock.head(then: [.init(.timedOut, now: deadline.nanoseconds)])
    #expect(!lock.lock(script, until: deadline))
    #expect(script.waits.last == .wait(lock.withHead | headSleeps, .heads, deadline))
  }

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.timedOut, .interrupted])
  func aLockFreedDuringTheLastSleepIsTaken(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let script = queueing(lock, [.init(outcome, word: lock.resting, now: deadline.nanoseconds)])
    #expect(lock.lock(script, until: deadline))
    #expect(script.word == lock.held)
  }
}
