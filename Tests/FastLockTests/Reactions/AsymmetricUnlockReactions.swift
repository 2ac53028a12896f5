import FastLock
import Testing

private typealias Algorithm = AsymmetricMutex<ScriptedMachine>

/// The slow halves of a mutex's unlock.
@Suite struct AsymmetricUnlockReactions {
  private static let contended = locked | parked | symmetric

  private func script(_ word: UInt32, sleepers: Int32 = 1) -> Script {
    let script = Script(word: word)
    script.forkGeneration = presentGeneration
    script.sleeperCount = sleepers
    return script
  }

  // MARK: While the lock is held

  @Test func anUnlockFreesTheLockAndWakesOne() {
    let script = script(Self.contended)
    script.run(Algorithm.unlockSlow)
    #expect(
      script.steps == [.load, .compareExchange(Self.contended, symmetric, .releasing), .wake(1, .ordinary)])
  }

  @Test(arguments: [0, symmetric, symmetric | kept, symmetric | parked])
  func whatIsNotLockedIsNotUnlocked(_ word: UInt32) {
    let script = script(word)
    script.run(Algorithm.unlockSlow)
    #expect(script.steps == [.load])
  }

  @Test(arguments: [presentGeneration, presentGeneration - 1])
  func whatIsHandedOverIsNotUnlocked(_ generation: UInt32) {
    let script = script(word(Self.contended | handed, generation: generation))
    script.run(Algorithm.unlockSlow)
    #expect(script.steps == [.load])
  }

  @Test func anUnlockThatAnotherForestallsLooksAgain() {
    let script = script(locked | symmetric)
    script.interfere(after: .load, making: Self.contended)
    script.run(Algorithm.unlockSlow)
    #expect(script.word == symmetric)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  @Test(arguments: [
    (locked | symmetric | unconfirmed, symmetric | kept), (contended | unconfirmed, symmetric | kept),
    (
      word(contended | marked | unconfirmed), word(locked | symmetric | handed | kept)
    ), (word(locked | symmetric | called | unconfirmed), word(symmetric | called | kept, unlocks: 1)),
    (word(locked | symmetric | called | unconfirmed, unlocks: 3), symmetric | kept),
    (locked | symmetric | kept, symmetric | kept),
  ])
  func anUnlockThatSeesUnconfirmedKeepsContendedMode(_ seen: UInt32, _ left: UInt32) {
    let script = script(seen)
    script.run(Algorithm.unlockSlow)
    #expect(script.word == left)
  }

  // MARK: Quiet unlocks

  @Test func theCountBeginsWhenAWakeUpFindsNobody() {
    let script = script(Self.contended, sleepers: 0)
    script.run(Algorithm.unlockSlow)
    #expect(script.word == word(symmetric, quietUnlocks: 1))
  }

  @Test func theCountDoesNotBeginWhereAWakeUpFindsSomebody() {
    let script = script(Self.contended, sleepers: 1)
    script.run(Algorithm.unlockSlow)
    #expect(script.word == symmetric)
  }

  @Test func theCountBeginsThoughTheLockIsTakenMeanwhile() {
    let script = script(Self.contended, sleepers: 0)
    script.interfere(after: .wake(1, .ordinary), making: locked | symmetric)
    script.run(Algorithm.unlockSlow)
    #expect(script.word == word(locked | symmetric, quietUnlocks: 1))
  }

  @Test(arguments: [
    contended, locked | symmetric | kept, word(locked | symmetric, quietUnlocks: 2), 0,
  ])
  func theCountDoesNotBeginWhereOthersSleepAgainOrCountOrTheModeStays(_ meanwhile: UInt32) {
    let script = script(Self.contended, sleepers: 0)
    script.interfere(after: .wake(1, .ordinary), making: meanwhile)
    script.run(Algorithm.unlockSlow)
    #expect(script.word == meanwhile)
  }

  @Test func eachQuietUnlockCountsAndTheLastLeavesTheWordZero() {
    let script = script(Self.contended, sleepers: 0)
    script.run { mutex in
      Algorithm.unlockSlow(mutex)
      for count in 1...ScriptedMachine.quietUnlocks {
        #expect(mutex.word == word(symmetric, quietUnlocks: count))
        #expect(Algorithm.lock(mutex))
        #expect(Algorithm.unlock(mutex) == .held)
        Algorithm.unlockSlow(mutex)
      }
    }
    #expect(script.word == 0)
    #expect(script.wakes.count == 1, "quiet unlocks make no system call")
  }

  @Test func withoutABeginningNothingIsCounted() {
    let script = script(locked | symmetric)
    script.run(Algorithm.unlockSlow)
    #expect(script.word == symmetric)
  }

  @Test func aWaiterThatNeedNotSleepLetsTheCountGoOn() {
    let script = script(word(symmetric, quietUnlocks: 3))
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.word == word(locked | symmetric, quietUnlocks: 3))
  }

  @Test func aSleeperEndsTheCount() {
    let script = Script(
      word: word(locked | symmetric, quietUnlocks: 3), returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(script.run { !Algorithm.lockSlow($0, until: soon) })
    #expect(script.word == Self.contended)
  }

  // MARK: After the release

  @Test func afterAReleaseOneSleeperIsWoken() {
    let script = script(symmetric | parked)
    script.run(Algorithm.unlockSlowAfterRelease)
    let expected: [Script.Step] = [
      .load, .compareExchange(symmetric | parked, symmetric, .relaxed), .wake(1, .ordinary),
    ]
    #expect(script.steps == expected)
  }

  /// The lock is free for it to take.
  @Test func afterAReleaseAHeadIsWokenAndKeepsItsMark() {
    let seen = word(symmetric | marked | headSleeps | queued, rank: 2)
    let script = script(seen)
    script.run(Algorithm.unlockSlowAfterRelease)
    #expect(
      script.steps == [.load, .compareExchange(seen, seen & ~headSleeps, .relaxed), .wake(.max, .heads)])
  }

  @Test func afterAReleaseAnOrdinarySleeperIsWokenBesideAHead() {
    let script = script(word(symmetric | parked | marked))
    script.run(Algorithm.unlockSlowAfterRelease)
    #expect(script.word == word(symmetric | marked))
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  @Test func afterAReleaseTheNextInTheQueueIsCalled() {
    let seen = word(symmetric | parked | queued, rank: 2)
    let script = script(seen)
    script.run(Algorithm.unlockSlowAfterRelease)
    let expected: [Script.Step] = [
      .load, .compareExchange(seen, word(symmetric | called, rank: 1), .relaxed),
      .wake(1, .starving(2)), .wake(1, .ordinary),
    ]
    #expect(script.steps == expected)
  }

  @Test(arguments: [marked | headSleeps, called, queued])
  func afterAReleaseRolesFromBeforeAForkAreForgotten(_ roles: UInt32) {
    let script = script(word(symmetric | parked | roles, rank: 2, generation: presentGeneration - 1))
    script.run(Algorithm.unlockSlowAfterRelease)
    #expect(script.word == symmetric)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  /// A waiter may otherwise leave in the belief that the lock is held.
  @Test func afterAReleaseTheWordIsWrittenEvenWhereNothingChanges() {
    let script = script(symmetric)
    script.run(Algorithm.unlockSlowAfterRelease)
    #expect(script.steps == [.load, .compareExchange(symmetric, symmetric, .relaxed)])
  }

  @Test func afterAReleaseTheNextOwnerIsLeftToSeeTheFlags() {
    let script = script(Self.contended)
    script.run(Algorithm.unlockSlowAfterRelease)
    #expect(script.steps == [.load])
  }

  @Test func afterAReleaseThatAnotherForestallsTheWordIsLookedAtAgain() {
    let script = script(symmetric)
    script.interfere(after: .load, making: symmetric | parked)
    script.run(Algorithm.unlockSlowAfterRelease)
    #expect(script.word == symmetric)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }
}
