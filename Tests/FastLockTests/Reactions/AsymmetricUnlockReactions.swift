import FastLock
import Testing

private typealias Algorithm = AsymmetricMutex<ScriptedMachine>

/// The slow halves of a mutex's unlock.
@Suite struct AsymmetricUnlockReactions {
  private static let contended = locked | parked | symmetric
  private static let generation: UInt32 = 3

  private func script(_ word: UInt32, sleepers: Int32 = 1) -> Script {
    let script = Script(word: word)
    script.forkGeneration = Self.generation
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

  @Test func anUnlockHandsTheLockToAMarkedWaiter() {
    let seen = word(Self.contended | marked, number: Self.generation)
    let handedOver = word(Self.contended | handed, number: Self.generation)
    let script = script(seen)
    script.run(Algorithm.unlockSlow)
    #expect(script.steps == [.load, .compareExchange(seen, handedOver, .releasing), .wake(1, .marked)])
  }

  @Test func aMarkFromBeforeAForkIsForgotten() {
    let script = script(word(Self.contended | marked, number: Self.generation - 1))
    script.run(Algorithm.unlockSlow)
    #expect(script.word == symmetric)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  /// The number in the word has 16 bits.
  @Test func aGenerationIsComparedInTheBitsThatItHasInTheWord() {
    let script = script(word(Self.contended | marked, number: 2))
    script.forkGeneration = 0x1_0002
    script.run(Algorithm.unlockSlow)
    #expect(script.word == word(Self.contended | handed, number: 2))
  }

  @Test(arguments: [0, symmetric, symmetric | kept, symmetric | parked])
  func whatIsNotLockedIsNotUnlocked(_ word: UInt32) {
    let script = script(word)
    script.run(Algorithm.unlockSlow)
    #expect(script.steps == [.load])
  }

  @Test(arguments: [generation, generation - 1])
  func whatIsHandedOverIsNotUnlocked(_ generation: UInt32) {
    let script = script(word(Self.contended | handed, number: generation))
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
      word(contended | marked | unconfirmed, number: generation),
      word(contended | handed | kept, number: generation)
    ),
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
    #expect(script.word == word(symmetric, number: 1))
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
    #expect(script.word == word(locked | symmetric, number: 1))
  }

  @Test(arguments: [
    contended, locked | symmetric | kept, word(locked | symmetric, number: 2), 0,
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
        #expect(mutex.word == word(symmetric, number: count))
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

  @Test func aWaiterThatNeedNotSleepBeginsTheCountAnew() {
    let script = script(word(symmetric, number: 3))
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.word == word(locked | symmetric, number: 1))
  }

  @Test func aSleeperEndsTheCount() {
    let script = Script(
      word: word(locked | symmetric, number: 3), returns: [.init(.timedOut, now: soon.nanoseconds)])
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

  @Test func afterAReleaseAMarkedSleeperIsWokenAndTheWordIsWritten() {
    let seen = word(symmetric | parked | marked, number: Self.generation)
    let script = script(seen)
    script.run(Algorithm.unlockSlowAfterRelease)
    #expect(script.steps == [.load, .compareExchange(seen, seen, .relaxed), .wake(1, .marked)])
  }

  @Test func afterAReleaseAMarkFromBeforeAForkIsForgotten() {
    let script = script(word(symmetric | parked | marked, number: Self.generation - 1))
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
