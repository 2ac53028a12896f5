import FastLock
import Testing

/// What a waiter does whose patience has ended, and what becomes of its mark.
@Suite struct PatienceReactions {
  private static let generation: UInt32 = 3

  /// A contended word with a mark, or with what was handed over for it, of a waiter of this generation.
  private func contended(_ lock: WaitingLock, _ bit: UInt32, of generation: UInt32 = generation) -> UInt32 {
    word(lock.contended | bit, number: generation)
  }

  /// A waiter that goes to sleep for the first time and then finds what `returns` say.
  private func script(_ lock: WaitingLock, _ returns: Script.Return...) -> Script { script(lock, returns) }

  private func script(_ lock: WaitingLock, _ returns: [Script.Return]) -> Script {
    let script = Script(word: lock.contended, returns: returns)
    script.forkGeneration = Self.generation
    return script
  }

  private let impatient = Script.Return(.timedOut, now: patienceEnd.nanoseconds)

  // MARK: Marking

  @Test(arguments: WaitingLock.allCases)
  func aWaiterMarksTheWordAfterAMillisecondAndSleepsAmongTheMarked(_ lock: WaitingLock) {
    let script = script(lock, impatient, .init(.woken, word: lock.resting))
    #expect(lock.lock(script))
    let expected: [Script.Step] = [
      .load, .wait(lock.contended, .ordinary, patienceEnd), .load,
      .compareExchange(lock.contended, contended(lock, marked), .relaxed),
      .wait(contended(lock, marked), .marked, .never),
    ]
    #expect(Array(script.steps.prefix(5)) == expected)
  }

  @Test(arguments: WaitingLock.allCases)
  func theDeadlineLimitsTheSleepAmongTheMarked(_ lock: WaitingLock) {
    let deadline = Deadline(nanoseconds: 3_000_000)
    let script = script(lock, impatient, .init(.timedOut, now: deadline.nanoseconds))
    #expect(!lock.lock(script, until: deadline))
    #expect(script.waits.last == .wait(contended(lock, marked), .marked, deadline))
  }

  @Test(arguments: WaitingLock.allCases)
  func patienceIsNotBegunAnewByAWakeUp(_ lock: WaitingLock) {
    let script = script(
      lock, .init(.woken, now: 400_000), .init(.woken, now: patienceEnd.nanoseconds),
      .init(.woken, word: lock.resting))
    #expect(lock.lock(script))
    let expected: [Script.Step] = [
      .wait(lock.contended, .ordinary, patienceEnd), .wait(lock.contended, .ordinary, patienceEnd),
      .wait(contended(lock, marked), .marked, .never),
    ]
    #expect(script.waits == expected)
  }

  @Test(arguments: WaitingLock.allCases, [marked, handed])
  func whoWasNotWokenSleepsWithoutLimitWhereAnotherHasTheMark(_ lock: WaitingLock, _ bit: UInt32) {
    let word = contended(lock, bit)
    let script = script(
      lock, .init(.timedOut, word: word, now: patienceEnd.nanoseconds), .init(.woken, word: lock.resting))
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(word, .ordinary, .never))
  }

  /// The thread behind it does not exist in this process.
  @Test(arguments: WaitingLock.allCases)
  func aMarkFromBeforeAForkIsReplaced(_ lock: WaitingLock) {
    let old = contended(lock, marked, of: Self.generation - 1)
    let script = script(
      lock, .init(.timedOut, word: old, now: patienceEnd.nanoseconds), .init(.woken, word: lock.resting))
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(contended(lock, marked), .marked, .never))
  }

  // MARK: Being woken in vain

  private let anotherLook = patienceEnd.advanced(by: .milliseconds(8))

  /// A waiter whose patience has ended and that is woken beside a lock in whose word another has this.
  private func passedOver(_ lock: WaitingLock, _ bit: UInt32, then returns: [Script.Return]) -> Script {
    let inVain = Script.Return(.woken, word: contended(lock, bit), now: patienceEnd.nanoseconds)
    return script(lock, [inVain] + returns)
  }

  private let vainLooks = Array(repeating: Script.Return(.timedOut), count: 16)

  @Test(arguments: WaitingLock.allCases, [marked, handed])
  func whoWasWokenInVainLooksSixteenTimesByItself(_ lock: WaitingLock, _ bit: UInt32) {
    let script = passedOver(lock, bit, then: vainLooks + [.init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    let word = contended(lock, bit)
    let looks = Array(repeating: Script.Step.wait(word, .ordinary, anotherLook), count: 16)
    let first = Script.Step.wait(lock.contended, .ordinary, patienceEnd)
    #expect(script.waits == [first] + looks + [.wait(word, .ordinary, .never)])
  }

  @Test(arguments: WaitingLock.allCases)
  func anotherWakeUpInVainBeginsTheLooksAnew(_ lock: WaitingLock) {
    let script = passedOver(
      lock, marked, then: vainLooks + [.init(.woken), .init(.timedOut), .init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    let word = contended(lock, marked)
    let ends: [Deadline] = [.never, anotherLook, anotherLook]
    #expect(script.waits.suffix(3) == ends.map { .wait(word, .ordinary, $0) })
  }

  @Test(arguments: WaitingLock.allCases)
  func aLookFindsTheMarkToBeHad(_ lock: WaitingLock) {
    let script = passedOver(
      lock, marked, then: [.init(.timedOut, word: lock.contended), .init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(contended(lock, marked), .marked, .never))
  }

  @Test(arguments: WaitingLock.allCases)
  func aLookFindsTheLockFree(_ lock: WaitingLock) {
    let script = passedOver(lock, marked, then: [.init(.timedOut, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(contended(lock, marked), .ordinary, anotherLook))
  }

  @Test(arguments: WaitingLock.allCases)
  func noLookOutlastsTheDeadline(_ lock: WaitingLock) {
    let deadline = Deadline(nanoseconds: 3_000_000)
    let script = passedOver(lock, marked, then: [.init(.timedOut, now: deadline.nanoseconds)])
    #expect(!lock.lock(script, until: deadline))
    #expect(script.waits.last == .wait(contended(lock, marked), .ordinary, deadline))
  }

  // MARK: Being handed the lock

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.woken, .valueChanged, .interrupted])
  func whatIsHandedOverIsTaken(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let script = script(lock, impatient, .init(outcome, word: contended(lock, handed)))
    #expect(lock.lock(script))
    #expect(script.steps.last == .compareExchange(contended(lock, handed), lock.contended, .acquiring))
  }

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.woken, .timedOut])
  func whatIsHandedOverIsTakenPastTheDeadlineToo(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let deadline = Deadline(nanoseconds: 3_000_000)
    let script = script(lock, impatient, .init(outcome, word: contended(lock, handed), now: 4_000_000))
    #expect(lock.lock(script, until: deadline))
    #expect(script.word == lock.contended)
  }

  @Test(arguments: WaitingLock.allCases)
  func whatIsHandedOverToAnotherIsNotTaken(_ lock: WaitingLock) {
    let script = Script(
      word: contended(lock, handed), returns: [.init(.timedOut, now: soon.nanoseconds)])
    script.forkGeneration = Self.generation
    #expect(!lock.lock(script, until: soon))
    #expect(script.changes.isEmpty)
  }

  /// Nor is one from before a fork, which nobody takes: the lock stays locked.
  @Test(arguments: WaitingLock.allCases)
  func whatWasHandedOverBeforeAForkIsNotTaken(_ lock: WaitingLock) {
    let old = contended(lock, handed, of: Self.generation - 1)
    let deadline = Deadline(nanoseconds: 3_000_000)
    let script = Script(word: old, returns: [impatient, .init(.timedOut, now: deadline.nanoseconds)])
    script.forkGeneration = Self.generation
    #expect(!lock.lock(script, until: deadline))
    #expect(script.word == old)
  }

  // MARK: Giving the mark back

  /// After a plain unlock that was under way.
  @Test func whoTakesAFreeMutexTakesItsMarkAway() {
    let lock = WaitingLock.asymmetricMutex
    let free = word(lock.resting | parked | marked, number: Self.generation)
    let script = script(lock, impatient, .init(.valueChanged, word: free))
    #expect(lock.lock(script))
    #expect(script.steps.last == .compareExchange(free, lock.contended, .acquiring))
  }

  @Test(arguments: WaitingLock.allCases)
  func whoLeavesTakesItsMarkAway(_ lock: WaitingLock) {
    let deadline = Deadline(nanoseconds: 3_000_000)
    let script = script(lock, impatient, .init(.timedOut, now: deadline.nanoseconds))
    #expect(!lock.lock(script, until: deadline))
    #expect(script.steps.last == .compareExchange(contended(lock, marked), lock.contended, .relaxed))
    #expect(script.wakes.isEmpty)
  }

  @Test(arguments: WaitingLock.allCases)
  func aHandOverThatForestallsTheLeaveIsTaken(_ lock: WaitingLock) {
    let deadline = Deadline(nanoseconds: 3_000_000)
    let script = script(lock, impatient, .init(.timedOut, now: deadline.nanoseconds))
    script.interfere(after: .load, occurrence: 3, making: contended(lock, handed))
    #expect(lock.lock(script, until: deadline))
    #expect(script.changes.contains(.compareExchange(contended(lock, marked), lock.contended, .relaxed)))
    #expect(script.word == lock.contended)
  }
}
