import FastLock
import Testing

private typealias Algorithm = ReleasableLock<ScriptedMachine>

/// The fast halves of a ``Lock``, and its releases.
@Suite struct ReleasableLockReactions {
  private static let contended = locked | parked

  private func release(_ script: Script) -> Bool {
    script.forkGeneration = presentGeneration
    return script.run { Algorithm.release($0) || Algorithm.releaseSlow($0) }
  }

  // MARK: Fast halves

  @Test func anUncontendedPairIsTwoCompareExchanges() {
    let script = Script(word: 0)
    script.run {
      #expect(Algorithm.tryLock($0))
      #expect(Algorithm.release($0))
    }
    let expected: [Script.Step] = [
      .compareExchange(0, locked, .acquiring), .compareExchange(locked, 0, .releasing),
    ]
    #expect(script.steps == expected)
    #expect(script.word == 0)
  }

  @Test(arguments: [locked, contended, word(contended | handed)])
  func aTryOfATakenLockChangesNothing(_ word: UInt32) {
    let script = Script(word: word)
    #expect(!script.run(Algorithm.tryLock))
    #expect(script.word == word)
    #expect(script.steps == [.compareExchange(0, locked, .acquiring)])
  }

  @Test(arguments: [(0, false), (word(called), false), (locked, true), (word(contended | handed), true)])
  func aLockIsLockedWhileItsWordSaysSo(_ word: UInt32, _ isLocked: Bool) {
    let script = Script(word: word)
    #expect(script.run(Algorithm.isLocked) == isLocked)
    #expect(script.steps == [.load])
  }

  // MARK: Releases

  @Test func aReleaseFreesTheLockAndWakesOne() {
    let script = Script(word: Self.contended)
    #expect(release(script))
    let expected: [Script.Step] = [
      .compareExchange(locked, 0, .releasing), .load, .compareExchange(Self.contended, 0, .releasing),
      .wake(1, .ordinary),
    ]
    #expect(script.steps == expected)
  }

  /// Only the address is used after the hand-over: the next owner may free the memory.
  @Test func aReleaseTouchesNothingAfterTheHandOver() {
    let seen = word(Self.contended | marked)
    let script = Script(word: seen)
    #expect(release(script))
    let expected: [Script.Step] = [
      .compareExchange(locked, 0, .releasing), .load,
      .compareExchange(seen, word(locked | handed), .releasing), .wake(1, .ordinary),
    ]
    #expect(script.steps == expected)
  }

  @Test(arguments: [
    0, word(called), word(queued | called), word(contended | handed), word(locked | handed | called),
  ])
  func aReleaseTooManyChangesNothing(_ word: UInt32) {
    let script = Script(word: word)
    #expect(!release(script))
    #expect(script.word == word)
    #expect(script.wakes.isEmpty)
  }

  /// The waiter does not exist in this process: the lock is one that another thread held at the fork.
  @Test(arguments: [handed, handed | called])
  func whatWasHandedOverBeforeAForkCanBeReleased(_ bits: UInt32) {
    let script = Script(word: word(Self.contended | bits, generation: presentGeneration - 1))
    #expect(release(script))
    #expect(script.word == 0)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  @Test func aReleaseWakesNobodyWhereNobodySleeps() {
    let script = Script(word: Self.contended)
    script.interfere(after: .compareExchange(locked, 0, .releasing), making: locked)
    #expect(release(script))
    #expect(script.word == 0)
    #expect(script.wakes.isEmpty)
  }

  @Test func aReleaseThatAnotherForestallsLooksAgain() {
    let script = Script(word: Self.contended)
    script.interfere(after: .load, making: word(Self.contended | marked))
    #expect(release(script))
    #expect(script.word == word(locked | handed))
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  @Test func aReleaseThatAnotherReleaseForestallsIsOneTooMany() {
    let script = Script(word: Self.contended)
    script.interfere(after: .load, making: 0)
    #expect(!release(script))
    #expect(script.wakes.isEmpty)
  }
}
