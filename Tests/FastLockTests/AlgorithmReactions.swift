import FastLock
import Testing

private typealias Algorithm = ThreeStateLock<ScriptedMachine>
private let free = ThreeState.free
private let locked = ThreeState.locked
private let contended = ThreeState.contended
private let deadline = Deadline(nanoseconds: 5_000)

/// What the lock's algorithm does with everything that a kernel may answer.
@Suite struct AlgorithmReactions {
  // MARK: Fast halves

  @Test func aTryOfAFreeLockIsOneCompareExchange() {
    let script = Script(word: free)
    #expect(script.run(Algorithm.tryLock))
    #expect(script.word == locked)
    #expect(script.steps == [.compareExchange(free, locked)])
  }

  @Test(arguments: [locked, contended])
  func aTryOfATakenLockChangesNothing(_ word: UInt32) {
    let script = Script(word: word)
    #expect(!script.run(Algorithm.tryLock))
    #expect(script.word == word)
    #expect(script.steps == [.compareExchange(free, locked)])
  }

  @Test(arguments: [free, locked, contended])
  func anUnlockIsOneReleasingExchange(_ word: UInt32) {
    let script = Script(word: word)
    #expect(script.run(Algorithm.unlock) == word)
    #expect(script.word == free)
    #expect(script.steps == [.exchange(free, .releasing)])
  }

  @Test func oneSleeperIsWokenAndTheWordIsNotTouched() {
    let script = Script(word: free)
    script.run(Algorithm.wakeOne)
    #expect(script.steps == [.wake(1)])
  }

  // MARK: Polling

  @Test func aLockThatIsFreeByNowIsTakenUnmarked() {
    let script = Script(word: free)
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.word == locked)
    #expect(script.waits.isEmpty)
  }

  @Test func pollingKeepsToItsBudgetAndLooksBetweenGaps() {
    let script = Script(
      word: locked, budget: SpinBudget(pauses: 100, longestGap: 16), returns: [.init(.timedOut)])
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    let gaps = script.steps.prefix { $0 == .load || $0 == .pause }.split(separator: .load).map(\.count)
    #expect(gaps.prefix(5) == [1, 2, 4, 8, 16])
    #expect(gaps.allSatisfy { $0 <= 16 })
    let sum = gaps.reduce(0, +)
    #expect(sum >= 100 && sum < 100 + 16)
  }

  @Test func nobodyPollsBehindSleepers() {
    let script = Script(
      word: contended, budget: SpinBudget(pauses: 100, longestGap: 16), returns: [.init(.timedOut)])
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(!script.steps.contains(.pause))
  }

  @Test func withoutABudgetTheFirstLookIsTheLast() {
    let script = Script(word: locked, returns: [.init(.timedOut)])
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(script.steps == [.load, .exchange(contended, .acquiring), .wait(contended, deadline)])
  }

  // MARK: Sleeping

  @Test func aWaiterMarksTheWordBeforeItSleeps() {
    let script = Script(word: locked, returns: [.init(.timedOut)])
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(script.word == contended)
  }

  @Test func aWordThatIsMarkedIsNotWrittenAgain() {
    let script = Script(word: contended, returns: [.init(.timedOut)])
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(script.steps == [.load, .wait(contended, deadline)])
  }

  @Test func aWokenWaiterTakesTheLockWithTheMark() {
    let script = Script(word: locked, returns: [.init(.woken, word: free)])
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.word == contended, "it cannot know whether others still sleep")
  }

  @Test func aWaiterThatSleptMarksAgainWhatAnotherTook() {
    let script = Script(word: locked, returns: [.init(.woken, word: locked), .init(.woken, word: free)])
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.waits.count == 2)
    #expect(script.steps.filter { $0 == .exchange(contended, .acquiring) }.count == 3)
  }

  @Test(arguments: [WaitOutcome.woken, .valueChanged, .interrupted])
  func whatEndsASleepButTheTimeOutDoesNotStretchTheDeadline(_ outcome: WaitOutcome) {
    let returns = [Script.Return](repeating: .init(outcome), count: 5) + [.init(.timedOut)]
    let script = Script(word: contended, returns: returns)
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(script.waits == Array(repeating: .wait(contended, deadline), count: 6))
  }

  @Test(arguments: [WaitOutcome.woken, .valueChanged, .interrupted])
  func aLockFreedDuringTheSleepIsTakenHoweverItEnded(_ outcome: WaitOutcome) {
    let script = Script(word: locked, returns: [.init(outcome, word: free)])
    #expect(script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(script.word == contended)
  }

  /// A time-out has consumed no wake-up: the mark stays for those who sleep, and nobody is woken.
  @Test func aTimeOutLeavesTheMarkAndWakesNobody() {
    let script = Script(word: locked, returns: [.init(.timedOut)])
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(script.word == contended)
    #expect(!script.steps.contains(.wake(1)))
  }

  /// Regression: a wake-up consumed at the last moment and taken along by a waiter that gave up.
  @Test func aWakeUpAtTheDeadlineIsNotTakenAlong() {
    let script = Script(word: contended, returns: [.init(.woken, word: locked), .init(.timedOut)])
    #expect(!script.run { Algorithm.lockSlow($0, until: deadline) })
    #expect(script.word == contended, "the next unlock wakes again")
  }
}

private struct Refusal: Error {}

/// The same for the wait that interrupts can end.
@Suite struct InterruptibleReactions {
  /// Runs the wait; `onInterrupt` throws at its call number `refusing`.
  private func lock(_ script: Script, refusing: Int = .max) throws -> Bool {
    var calls = 0
    return try script.run {
      try Algorithm.lockInterruptibly($0, until: deadline) {
        script.record(.onInterrupt)
        calls += 1
        if calls == refusing { throw Refusal() }
      }
    }
  }

  @Test func aFreeLockIsTakenWithoutAsking() throws {
    let script = Script(word: free)
    #expect(try lock(script))
    #expect(!script.steps.contains(.onInterrupt))
    #expect(script.word == locked)
  }

  @Test func theClosureIsAskedBeforeTheFirstSleepAfterTheCountWasRead() throws {
    let script = Script(word: locked, returns: [.init(.woken, word: free)])
    script.interruptCount = 3
    #expect(try lock(script))
    let expected: [Script.Step] = [
      .load, .interruptCount, .onInterrupt, .exchange(contended, .acquiring),
      .interruptibleWait(contended, deadline, seen: 3),
    ]
    #expect(Array(script.steps.prefix(5)) == expected)
    #expect(script.word == contended)
  }

  @Test func whatItThrowsBeforeTheSleepLeavesTheWordAlone() {
    let script = Script(word: locked)
    #expect(throws: Refusal.self) { try lock(script, refusing: 1) }
    #expect(script.word == locked)
  }

  @Test func eachInterruptionIsAskedAboutAndNothingElse() throws {
    let returns: [Script.Return] = [
      .init(.interrupted), .init(.woken), .init(.interrupted), .init(.valueChanged), .init(.timedOut),
    ]
    let script = Script(word: contended, returns: returns)
    #expect(try !lock(script))
    #expect(script.steps.filter { $0 == .onInterrupt }.count == 3)
    #expect(script.waits == Array(repeating: .interruptibleWait(contended, deadline, seen: 0), count: 5))
  }

  @Test func whatItThrowsAfterAnInterruptionEndsTheWaitWithoutTheLock() {
    let script = Script(word: contended, returns: [.init(.interrupted, word: free)])
    #expect(throws: Refusal.self) { try lock(script, refusing: 2) }
    #expect(script.word == free)
    #expect(script.steps.last == .onInterrupt)
  }

  @Test func aTimeOutEndsTheWaitWithoutTheLock() throws {
    let script = Script(word: locked, returns: [.init(.timedOut)])
    #expect(try !lock(script))
    #expect(script.word == contended)
  }
}
