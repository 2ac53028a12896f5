import FastLock
import Testing

/// What an unlock does beside a head, or beside somebody who was called.
@Suite struct HandOverReactions {
  /// A holder that unlocks beside this word, and whose wake-ups find so many.
  private func unlock(
    _ lock: WaitingLock, _ word: UInt32, sleepers: Int32 = 1, units: UInt64 = 5,
    interfere: (Script) -> Void = { _ in }
  ) -> Script {
    let script = lock.script(word)
    script.now = time(units: units)
    script.sleeperCount = sleepers
    interfere(script)
    lock.unlock(script)
    return script
  }

  // MARK: To a head

  @Test(arguments: WaitingLock.allCases)
  func aHeadThatIsAwakeIsHandedTheLockAndNotWoken(_ lock: WaitingLock) {
    let seen = word(lock.held | marked | queued, rank: 2)
    let script = unlock(lock, seen)
    let handedOver = word(lock.held | handed | queued, time: 5, rank: 2)
    #expect(script.steps == [.load, .compareExchange(seen, handedOver, .releasing)])
  }

  @Test(arguments: WaitingLock.allCases)
  func aHeadThatSleepsIsWokenBeforeTheLockIsHandedOver(_ lock: WaitingLock) {
    let seen = word(lock.held | marked | headSleeps)
    let awake = word(lock.held | marked)
    let script = unlock(lock, seen)
    let expected: [Script.Step] = [
      .load, .compareExchange(seen, awake, .relaxed), .wake(.max, .heads),
      .load, .compareExchange(awake, word(lock.held | handed, time: 5), .releasing),
    ]
    #expect(script.steps == expected)
  }

  @Test(arguments: WaitingLock.allCases)
  func aHeadThatWasWokenAndSleepsAgainIsWokenAgain(_ lock: WaitingLock) {
    let seen = word(lock.held | marked | headSleeps)
    let script = unlock(lock, seen) { $0.interfere(after: .wake(.max, .heads), making: seen) }
    let expected: [Script.Step] = [
      .load, .compareExchange(seen, word(lock.held | handed, time: 5), .releasing), .wake(.max, .heads),
    ]
    #expect(script.steps.suffix(3) == expected[...])
  }

  /// It is suspended, or on its way to its sleep: nobody shall wait for it.
  @Test(arguments: WaitingLock.allCases)
  func besideAHeadThatDoesNotHearTheLockIsFreedAndTheMarkStays(_ lock: WaitingLock) {
    let script = unlock(lock, word(lock.held | marked | headSleeps), sleepers: 0)
    #expect(
      script.steps.last
        == .compareExchange(word(lock.held | marked), word(lock.resting | marked), .releasing))
  }

  @Test(arguments: WaitingLock.allCases)
  func whoSleepsAsHeadByNowIsWokenToTakeIt(_ lock: WaitingLock) {
    let seen = word(lock.held | marked | headSleeps)
    let script = unlock(lock, seen, sleepers: 0) { $0.interfere(after: .wake(.max, .heads), making: seen) }
    let expected: [Script.Step] = [
      .load, .compareExchange(seen, word(lock.resting | marked), .releasing), .wake(.max, .heads),
    ]
    #expect(script.steps.suffix(3) == expected[...])
  }

  @Test(arguments: WaitingLock.allCases)
  func besideTheMarkThatStaysNobodyIsCalled(_ lock: WaitingLock) {
    let script = unlock(lock, word(lock.held | marked | headSleeps | queued, rank: 2), sleepers: 0)
    #expect(script.wakes == [.wake(.max, .heads)])
    #expect(script.word == word(lock.resting | marked | queued, rank: 2))
  }

  @Test(arguments: WaitingLock.allCases)
  func aHeadThatLeavesMeanwhileIsHandedNothing(_ lock: WaitingLock) {
    let script = unlock(lock, word(lock.held | marked | headSleeps)) {
      $0.interfere(after: .wake(.max, .heads), making: lock.held)
    }
    #expect(script.word & (locked | handed) == 0)
    #expect(script.wakes.count == 1)
  }

  @Test(arguments: WaitingLock.allCases)
  func aMarkThatComesAfterTheLookIsHandedTheLock(_ lock: WaitingLock) {
    let script = unlock(lock, lock.contended) {
      $0.interfere(after: .load, making: word(lock.contended | marked))
    }
    #expect(script.word == word(lock.held | handed, time: 5))
  }

  // MARK: To whom was called

  @Test(arguments: WaitingLock.allCases, 0...4)
  func whoWasCalledTwoUnitsAgoIsHandedTheLock(_ lock: WaitingLock, _ unlocks: UInt32) {
    let seen = word(lock.held | called, time: 14, rank: 2, unlocks: unlocks)
    let script = unlock(lock, seen, units: 16)
    let handedOver = word(lock.held | handed | called, time: 0, rank: 2, unlocks: unlocks)
    #expect(script.steps == [.load, .compareExchange(seen, handedOver, .releasing)])
  }

  @Test(arguments: WaitingLock.allCases)
  func whoWasCalledLessLongAgoHasTime(_ lock: WaitingLock) {
    let script = unlock(lock, word(lock.held | called, time: 14, rank: 2), units: 15)
    #expect(script.word == word(lock.resting | called, time: 14, rank: 2, unlocks: 1))
  }

  // MARK: Forgetting a call

  @Test(arguments: WaitingLock.allCases, [called, called | queued])
  func theLastOfManyUnlocksWithinAMillisecondForgetsTheCall(_ lock: WaitingLock, _ roles: UInt32) {
    let seen = word(lock.held | roles, time: 5, rank: 2, unlocks: 3)
    let script = unlock(lock, seen)
    let forgetting = Script.Step.compareExchange(seen, lock.withoutRoles(lock.resting), .releasing)
    #expect(script.steps == [.load, forgetting])
  }

  @Test(arguments: WaitingLock.allCases)
  func anOrdinarySleeperIsWokenWhereACallIsForgotten(_ lock: WaitingLock) {
    let script = unlock(lock, word(lock.contended | called, time: 5, unlocks: 3))
    #expect(script.word == lock.withoutRoles(lock.resting))
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  @Test(arguments: WaitingLock.allCases, 0..<3)
  func theUnlocksBeforeCount(_ lock: WaitingLock, _ unlocks: UInt32) {
    let script = unlock(lock, word(lock.held | called, time: 5, rank: 2, unlocks: unlocks))
    #expect(script.word == word(lock.resting | called, time: 5, rank: 2, unlocks: unlocks + 1))
  }

  @Test(arguments: WaitingLock.allCases)
  func whoIsCalledAndDoesNotComeIsForgottenAfterFourUnlocks(_ lock: WaitingLock) {
    let script = lock.script(word(lock.held | queued, rank: 2))
    script.sleeperCount = 1
    lock.unlock(script)
    // A release calls while it holds the lock, so it counts.
    let countsItself = lock == .releasableLock
    for unlocks: UInt32 in (countsItself ? 1 : 0)...3 {
      #expect(script.word == word(lock.resting | called, rank: 1, unlocks: unlocks))
      script.word |= locked
      lock.unlock(script)
    }
    #expect(script.word == lock.withoutRoles(lock.resting))
    #expect(script.wakes == [.wake(1, .starving(2))])
  }

  /// Where sections are longer, an unlock is soon to find that the call has lasted.
  @Test(arguments: WaitingLock.allCases, 3...4)
  func manyUnlocksThatTookLongerForgetNothing(_ lock: WaitingLock, _ unlocks: UInt32) {
    let script = unlock(lock, word(lock.held | called, time: 4, rank: 2, unlocks: unlocks))
    #expect(script.word == word(lock.resting | called, time: 4, rank: 2, unlocks: 4))
  }

  // MARK: Beside ordinary sleepers

  @Test(arguments: WaitingLock.allCases, [marked, called, marked | headSleeps])
  func anOrdinarySleeperIsWokenBesideAHandOverToo(_ lock: WaitingLock, _ roles: UInt32) {
    let script = unlock(lock, word(lock.contended | roles, time: 1))
    #expect(script.word & (locked | handed | parked) == locked | handed)
    #expect(script.steps.last == .wake(1, .ordinary))
  }

  @Test(arguments: WaitingLock.allCases, [called, queued])
  func anOrdinarySleeperIsWokenBesideACall(_ lock: WaitingLock, _ role: UInt32) {
    let script = unlock(lock, word(lock.contended | role, time: 4))
    #expect(script.word & (locked | handed | parked | called) == called)
    #expect(script.wakes.last == .wake(1, .ordinary))
  }

  // MARK: Forks

  @Test(arguments: WaitingLock.allCases, [marked | headSleeps, called, queued, marked | queued])
  func rolesFromBeforeAForkAreForgotten(_ lock: WaitingLock, _ roles: UInt32) {
    let script = unlock(
      lock, word(lock.contended | roles, time: 1, rank: 2, generation: presentGeneration - 1))
    #expect(script.word == lock.resting)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  /// The word has room for three bits.
  @Test(arguments: WaitingLock.allCases)
  func aGenerationIsComparedInTheBitsThatItHasInTheWord(_ lock: WaitingLock) {
    let script = unlock(lock, word(lock.held | marked)) { $0.forkGeneration = presentGeneration + 8 }
    #expect(script.word == word(lock.held | handed, time: 5))
  }
}
