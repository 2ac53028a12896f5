import FastLock
import Testing

/// Calling the next in the queue: who is called, and what comes of a call that nobody hears.
@Suite struct CallReactions {
  /// A mutex that is unlocked beside a queue.
  private func mutex(rank: UInt32 = 0, sleepers: Int32...) -> Script {
    let script = WaitingLock.asymmetricMutex.script(word(locked | symmetric | queued, rank: rank))
    script.nextSleeperCounts = sleepers[...]
    return script
  }

  /// A releasable lock that is released beside a queue.
  private func lock(rank: UInt32 = 0, sleepers: Int32...) -> Script {
    let script = WaitingLock.releasableLock.script(word(locked | queued, rank: rank))
    script.nextSleeperCounts = sleepers[...]
    return script
  }

  // MARK: By an unlock

  @Test func aMutexCallsOnceItIsFree() {
    let script = mutex(rank: 2, sleepers: 1)
    script.now = time(units: 5)
    WaitingLock.asymmetricMutex.unlock(script)
    let expected: [Script.Step] = [
      .load,
      .compareExchange(
        word(locked | symmetric | queued, rank: 2), word(symmetric | called, time: 5, rank: 1), .releasing),
      .wake(1, .starving(2)),
    ]
    #expect(script.steps == expected)
  }

  /// After the release the word may be gone.
  @Test func aReleasableLockCallsWhileItIsHeld() {
    let script = lock(rank: 2, sleepers: 1)
    script.now = time(units: 5)
    WaitingLock.releasableLock.unlock(script)
    let calling = word(locked | called, time: 5, rank: 1)
    let expected: [Script.Step] = [
      .load, .compareExchange(word(locked | queued, rank: 2), calling, .relaxed), .wake(1, .starving(2)),
      .load,
      .compareExchange(calling, word(called, time: 5, rank: 1, unlocks: 1), .releasing),
    ]
    #expect(script.steps == expected)
  }

  @Test(arguments: WaitingLock.allCases, [queued | called, called])
  func nobodyIsCalledBesideACall(_ lock: WaitingLock, _ roles: UInt32) {
    let script = lock.script(word(lock.held | roles, rank: 2))
    lock.unlock(script)
    #expect(script.wakes.isEmpty)
    #expect(script.word == word(lock.resting | roles, rank: 2, unlocks: 1))
  }

  // MARK: Down the ranks

  /// The word holds the next rank to call.
  @Test func aCallThatNobodyHearsGoesDownTheRanks() {
    let script = mutex(rank: 2)
    WaitingLock.asymmetricMutex.unlock(script)
    let calls = (0...1).map { word(symmetric | called, rank: $0) }
    let expected: [Script.Step] = [
      .wake(1, .starving(2)), .load, .compareExchange(calls[1], calls[0], .releasing),
      .wake(1, .starving(1)), .load, .compareExchange(calls[0], calls[0], .releasing),
      .wake(1, .starving(0)), .load,
      .compareExchange(calls[0], word(symmetric, quietUnlocks: 1), .releasing),
    ]
    #expect(script.steps.dropFirst(2) == expected[...])
  }

  @Test func aCallEndsAtTheFirstWhoHears() {
    let script = mutex(rank: 2, sleepers: 0, 1)
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.wakes == [.wake(1, .starving(2)), .wake(1, .starving(1))])
    #expect(script.word == word(symmetric | called, rank: 0))
  }

  @Test func aReleaseThatNobodyHearsLeavesNothing() {
    let script = lock(rank: 1)
    WaitingLock.releasableLock.unlock(script)
    #expect(script.wakes == [.wake(1, .starving(1)), .wake(1, .starving(0))])
    #expect(script.word == 0)
  }

  /// Where it must look more often than others it would be the last again and again.
  @Test(arguments: WaitingLock.allCases)
  func inTheHighestRankTheMainThreadIsCalledFirst(_ lock: WaitingLock) {
    let script = lock.script(word(lock.held | queued, rank: Patience.highestRank))
    script.nextSleeperCounts = [0, 1]
    lock.unlock(script)
    #expect(script.wakes == [.wake(1, .mainThread), .wake(1, .starving(Patience.highestRank))])

    let other = lock.script(word(lock.held | queued, rank: Patience.highestRank))
    other.nextSleeperCounts = [1]
    lock.unlock(other)
    #expect(other.wakes == [.wake(1, .mainThread)])
  }

  // MARK: While others change the word

  @Test(arguments: [
    word(locked | symmetric | marked | queued), word(locked | symmetric | queued),
    word(locked | symmetric | handed),
  ])
  func whoHasComeByNowHasTheDuty(_ meanwhile: UInt32) {
    let script = mutex()
    script.interfere(after: .wake(1, .starving(0)), making: meanwhile)
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.word == meanwhile)
    #expect(script.wakes.count == 1)
  }

  /// An unlock has forgotten the call, and whoever joined the queue during it.
  @Test(arguments: [
    symmetric, locked | symmetric, word(symmetric | called, generation: presentGeneration - 1),
  ])
  func beyondAForgottenCallOneOfAllRanksIsWoken(_ meanwhile: UInt32) {
    let script = mutex(rank: 2)
    script.interfere(after: .wake(1, .starving(2)), making: meanwhile)
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.steps.suffix(3) == [.wake(1, .starving(2)), .load, .wake(1, .allStarving)])
    #expect(script.word == meanwhile)
  }

  @Test func whoJoinsTheQueueMeanwhileIsCalledByItsRank() {
    let script = mutex(sleepers: 0, 1)
    script.interfere(after: .wake(1, .starving(0)), making: word(symmetric | called | queued, rank: 3))
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.wakes == [.wake(1, .starving(0)), .wake(1, .starving(3))])
    #expect(script.word == word(symmetric | called, rank: 2))
  }

  @Test func aCallThatAnotherForestallsLooksAgain() {
    let script = mutex(sleepers: 0, 1)
    script.interfere(after: .wake(1, .starving(0)), making: word(symmetric | called))
    script.interfere(after: .load, making: word(symmetric | called | queued, rank: 3))
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.wakes == [.wake(1, .starving(0)), .wake(1, .starving(3))])
  }

  /// Nobody else would: the lock is free.
  @Test func whoFreesTheLockForNobodyWakesAnOrdinarySleeper() {
    let script = mutex()
    let meanwhile = word(symmetric | parked | called)
    script.interfere(after: .wake(1, .starving(0)), making: meanwhile)
    WaitingLock.asymmetricMutex.unlock(script)
    let expected: [Script.Step] = [
      .compareExchange(meanwhile, word(symmetric, quietUnlocks: 1), .releasing), .wake(1, .ordinary),
    ]
    #expect(script.steps.suffix(2) == expected[...])
  }

  @Test func whoHoldsTheLockByNowWakesThem() {
    let script = mutex()
    script.interfere(after: .wake(1, .starving(0)), making: word(locked | symmetric | parked | called))
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.word == locked | symmetric | parked)
    #expect(script.wakes.count == 1)
  }

  @Test(arguments: [0, parked])
  func whatWasHandedOverToNobodyIsFreed(_ sleepers: UInt32) {
    let script = mutex()
    script.interfere(
      after: .wake(1, .starving(0)), making: word(locked | symmetric | handed | called | sleepers))
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.word == word(symmetric, quietUnlocks: 1))
    #expect(script.wakes.dropFirst() == (sleepers == 0 ? [] : [.wake(1, .ordinary)]))
  }

  @Test func aHeadThatLeavesAndCallsNobodyLeavesNoRole() {
    let lock = WaitingLock.releasableLock
    let deadline = Deadline(nanoseconds: 3_000_000)
    let seen = word(lock.contended | marked | queued, rank: 1)
    let script = lock.head(then: [.init(.timedOut, word: seen, now: deadline.nanoseconds)])
    #expect(!lock.lock(script, until: deadline))
    #expect(script.wakes == [.wake(1, .starving(1)), .wake(1, .starving(0))])
    #expect(script.word == lock.contended)
  }

  // MARK: Who cannot be caught asleep

  @Test func aHolderGivesUpAfterThreeCallsAndTheReleaseWakesAllWhoStarve() {
    let script = lock()
    let joined = word(locked | called | queued)
    for _ in 0..<3 { script.interfere(after: .wake(1, .starving(0)), making: joined) }
    WaitingLock.releasableLock.unlock(script)
    let call = Script.Step.wake(1, .starving(0))
    #expect(script.wakes == [call, call, call, .wake(.max, .allStarving)])
    let givingUp = Script.Step.compareExchange(joined, word(locked | queued), .releasing)
    let freeing = Script.Step.compareExchange(word(locked | queued), 0, .releasing)
    #expect(script.changes.suffix(2) == [givingUp, freeing])
    #expect(script.steps.last == .wake(.max, .allStarving), "the word may be gone")
  }

  /// The ranks below have them.
  @Test func whoJoinsInALowerRankIsNoReasonToGiveUp() {
    let script = lock(rank: 3, sleepers: 0, 0, 0, 1)
    for rank: UInt32 in [3, 2, 1] {
      script.interfere(
        after: .wake(1, .starving(rank)), making: word(locked | called | queued, rank: rank - 1))
    }
    WaitingLock.releasableLock.unlock(script)
    #expect(script.wakes == [3, 2, 1, 0].map { .wake(1, .starving($0)) })
    #expect(script.word == word(called, unlocks: 1))
  }

  @Test func aHeadThatGivesUpLeavesTheQueueToTheUnlock() {
    let lock = WaitingLock.asymmetricMutex
    let handedOver = word(lock.held | handed | queued)
    let script = lock.head(then: [.init(.woken, word: handedOver)])
    for _ in 0..<3 {
      script.interfere(after: .wake(1, .starving(0)), making: word(lock.held | called | queued))
    }
    #expect(lock.lock(script))
    #expect(script.word == word(lock.held | queued))
  }

  /// Who joins the queue of a free lock takes it instead.
  @Test func whoHasFreedTheLockDoesNotGiveUp() {
    let script = mutex(sleepers: 0, 0, 0, 0, 0, 1)
    for _ in 0..<5 {
      script.interfere(after: .wake(1, .starving(0)), making: word(symmetric | called | queued))
    }
    WaitingLock.asymmetricMutex.unlock(script)
    #expect(script.wakes.count == 6)
    #expect(script.word == word(symmetric | called))
  }
}
