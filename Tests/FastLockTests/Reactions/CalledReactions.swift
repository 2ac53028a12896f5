import FastLock
import Testing

/// What a waiter does that was woken from the queue.
@Suite struct CalledReactions {
  private let deadline = Deadline(nanoseconds: 3_000_000)

  /// A waiter in the queue that is woken beside this word.
  private func woken(
    _ lock: WaitingLock, beside word: UInt32, now: UInt64? = nil, then returns: [Script.Return] = []
  ) -> Script {
    lock.starving(
      FastLockTests.word(lock.contended | marked), then: [.init(.woken, word: word, now: now)] + returns)
  }

  // MARK: Becoming head

  @Test(arguments: WaitingLock.allCases)
  func whoWasCalledIsHeadAndSaysThatOthersMayBeInTheQueue(_ lock: WaitingLock) {
    let calling = word(lock.held | called, rank: 2)
    let script = woken(lock, beside: calling, then: [.init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    let asHead = word(lock.held | marked | queued | headSleeps, rank: 2)
    #expect(script.changes.contains(.compareExchange(calling, asHead, .relaxed)))
    #expect(script.waits.last == .wait(asHead, .heads, firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func whoFindsNoRolesIsHeadLikewise(_ lock: WaitingLock) {
    let script = woken(lock, beside: lock.held, then: [.init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(
      script.waits.last
        == .wait(word(lock.held | marked | queued | headSleeps, rank: 7), .heads, firstLook))
  }

  /// The call was forgotten, or another one was made since. Nobody else is to have the lock next.
  @Test(arguments: WaitingLock.allCases, [queued, called | queued])
  func whoFindsOthersInTheQueueIsHeadLikewise(_ lock: WaitingLock, _ roles: UInt32) {
    let seen = word(lock.held | roles, rank: 3)
    let script = woken(lock, beside: seen, then: [.init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    let asHead = word(lock.held | marked | queued | headSleeps, rank: roles & called == 0 ? 7 : 3)
    #expect(script.changes.contains(.compareExchange(seen, asHead, .relaxed)))
    #expect(script.waits.last == .wait(asHead, .heads, firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func whoWasCalledPollsFirst(_ lock: WaitingLock) {
    let script = lock.starving(
      word(lock.contended | marked), budget: SpinBudget(pauses: 10, pausesPerMicrosecond: 50),
      then: [.init(.woken, word: word(lock.held | called)), .init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    let awake = word(lock.held | marked | queued)
    let start = script.steps.firstIndex(of: .compareExchange(word(lock.held | called), awake, .relaxed))
    #expect(start.map { script.steps[$0...].count { $0 == .pause } } == 60)
    #expect(script.waits.last == .wait(awake | headSleeps, .heads, firstLook))
  }

  // MARK: Beside other roles

  @Test(arguments: WaitingLock.allCases, [marked | headSleeps, marked | queued, handed | queued])
  func besideWhoIsNextItQueuesAgainOneRankHigher(_ lock: WaitingLock, _ roles: UInt32) {
    let seen = word(lock.held | roles, rank: 1)
    let script = woken(lock, beside: seen, then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let queuing = word(lock.held | roles | queued, rank: 7)
    #expect(script.changes.contains(.compareExchange(seen, queuing, .relaxed)))
    #expect(script.waits.last == .wait(queuing, .starving(1), firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func whoIsTurnedAwayAgainAndAgainRisesToTheHighestRank(_ lock: WaitingLock) {
    let seen = word(lock.held | marked)
    let calls = Array(repeating: Script.Return(.woken, word: seen), count: 8)
    let script = woken(lock, beside: seen, then: calls + [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    let waits = [1, 2, 3, 4, 5, 6, 7, 7, 7].map {
      Script.Step.wait(word(lock.held | marked | queued, rank: 7), .starving($0), firstLook)
    }
    #expect(script.waits.suffix(9) == waits[...])
  }

  /// A load may be older than the call.
  @Test(arguments: WaitingLock.allCases)
  func aCallThatComesAfterTheLookIsFound(_ lock: WaitingLock) {
    let older = word(lock.held | marked | queued)
    let calling = word(lock.held | called)
    let script = woken(lock, beside: older, then: [.init(.woken, word: lock.resting)])
    script.interfere(
      after: .wait(word(lock.contended | marked | queued), .starving(0), firstLook), making: older)
    script.interfere(after: .load, making: calling)
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(word(lock.held | marked | queued | headSleeps), .heads, firstLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func whatIsHandedOverToAHeadIsNotItsOwn(_ lock: WaitingLock) {
    let seen = word(lock.held | handed)
    let script = woken(lock, beside: seen, then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(
      script.waits.last == .wait(word(lock.held | handed | queued, rank: 7), .starving(1), firstLook))
  }

  // MARK: Taking the lock

  @Test(arguments: [0, handed | locked])
  func whoTakesAMutexLeavesTheNextCallToTheUnlock(_ state: UInt32) {
    let script = woken(.asymmetricMutex, beside: word(symmetric | state | called, time: 4, rank: 2))
    #expect(WaitingLock.asymmetricMutex.lock(script))
    #expect(script.word == word(locked | symmetric | queued, time: 4, rank: 2))
    #expect(script.wakes.isEmpty)
  }

  @Test(arguments: [0, handed | locked])
  func whoTakesAReleasableLockCallsTheNext(_ state: UInt32) {
    let seen = word(state | called, time: 3, rank: 2, unlocks: 2)
    let script = woken(.releasableLock, beside: seen, now: time(units: 4))
    script.sleeperCount = 1
    #expect(WaitingLock.releasableLock.lock(script))
    let expected: [Script.Step] = [
      .compareExchange(seen, word(locked | called, time: 4, rank: 1), .acquiring), .wake(1, .starving(2)),
    ]
    #expect(script.steps.suffix(2) == expected[...])
  }

  @Test func whoTakesAReleasableLockBesideAHeadCallsNobody() {
    let script = woken(.releasableLock, beside: word(marked, rank: 2))
    #expect(WaitingLock.releasableLock.lock(script))
    #expect(script.word == word(locked | marked | queued, rank: 7))
    #expect(script.wakes.isEmpty)
  }

  // MARK: Deadlines

  /// It may not leave with the call: it is head, and gives that role up.
  @Test(arguments: WaitingLock.allCases)
  func aCallAtTheDeadlineIsPassedOn(_ lock: WaitingLock) {
    let script = woken(
      lock, beside: word(lock.held | called, rank: 2), now: deadline.nanoseconds,
      then: [.init(.timedOut)])
    script.sleeperCount = 1
    #expect(!lock.lock(script, until: deadline))
    let asHead = word(lock.held | marked | queued | headSleeps, rank: 2)
    let expected: [Script.Step] = [
      .wait(asHead, .heads, deadline), .load,
      .compareExchange(asHead, word(lock.held | called, time: 2, rank: 1), .relaxed),
      .wake(.max, .heads), .wake(1, .starving(2)),
    ]
    #expect(script.steps.suffix(5) == expected[...])
  }
}
