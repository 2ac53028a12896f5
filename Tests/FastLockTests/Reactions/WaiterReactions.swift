import FastLock
import Testing

/// What a waiter does with everything that a kernel may answer.
@Suite struct WaiterReactions {
  // MARK: Without a sleep

  @Test(arguments: WaitingLock.allCases)
  func aLockThatIsFreeByNowIsTakenAsItIs(_ lock: WaitingLock) {
    let script = Script(word: lock.resting)
    #expect(lock.lock(script))
    #expect(script.steps == [.load, .compareExchange(lock.resting, locked | lock.resting, .acquiring)])
  }

  @Test(arguments: WaitingLock.allCases)
  func aTakeThatFailsLooksAgain(_ lock: WaitingLock) {
    let script = Script(word: lock.resting, returns: [.init(.woken, word: lock.resting)])
    script.interfere(after: .load, making: lock.contended)
    #expect(lock.lock(script))
    #expect(script.waits == [.wait(lock.contended, .ordinary, patienceEnd)])
  }

  // MARK: Sleeping

  @Test(arguments: WaitingLock.allCases)
  func aWordThatSpeaksOfSleepersIsNotWrittenAgain(_ lock: WaitingLock) {
    let script = Script(word: lock.contended, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    #expect(script.steps == lock.opening + [.load, .wait(lock.contended, .ordinary, soon), .load])
  }

  @Test(arguments: WaitingLock.allCases)
  func aWokenWaiterTakesTheLockAndSaysThatOthersMaySleep(_ lock: WaitingLock) {
    let script = Script(word: lock.contended, returns: [.init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(script.word == lock.contended, "it cannot know whether others still sleep")
    #expect(script.steps.last == .compareExchange(lock.resting, lock.contended, .acquiring))
  }

  /// A load may be older than the wake-up: futex(2) does not promise more.
  @Test(arguments: WaitingLock.allCases)
  func aWokenWaiterWritesWhatItHasSeenBeforeItSleepsAgain(_ lock: WaitingLock) {
    let script = Script(
      word: lock.contended,
      returns: [.init(.woken), .init(.valueChanged), .init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    let wait = Script.Step.wait(lock.contended, .ordinary, soon)
    let rewrite = Script.Step.compareExchange(lock.contended, lock.contended, .relaxed)
    #expect(script.steps == lock.opening + [.load, wait, .load, rewrite, wait, .load, wait, .load])
  }

  @Test(arguments: WaitingLock.allCases)
  func aWokenWaiterSaysAgainThatSomebodySleepsWhereAnotherTookTheLock(_ lock: WaitingLock) {
    let script = Script(
      word: lock.contended,
      returns: [.init(.woken, word: locked | lock.resting), .init(.woken, word: lock.resting)])
    #expect(lock.lock(script))
    #expect(script.waits.count == 2)
    #expect(script.changes.first == .compareExchange(locked | lock.resting, lock.contended, .relaxed))
    #expect(script.word == lock.contended)
  }

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.valueChanged, .interrupted])
  func whoWasNotWokenTakesTheLockAsItIs(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let script = Script(word: lock.contended, returns: [.init(outcome, word: lock.resting)])
    #expect(lock.lock(script, until: soon))
    #expect(script.word == locked | lock.resting, "it has received no wake-up")
  }

  // MARK: Deadlines

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.woken, .valueChanged, .interrupted])
  func whatEndsASleepButTheTimeOutDoesNotStretchTheDeadline(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let returns = (1...5).map { Script.Return(outcome, now: 1_000 + UInt64($0)) }
    let script = Script(
      word: lock.contended, returns: returns + [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    #expect(script.waits == Array(repeating: .wait(lock.contended, .ordinary, soon), count: 6))
  }

  /// A kernel that interrupts every sleep would turn a time-out into a spin for ever.
  @Test(arguments: WaitingLock.allCases)
  func aSleepThatIsInterruptedPastTheDeadlineIsTheLast(_ lock: WaitingLock) {
    let script = Script(word: lock.contended, returns: [.init(.interrupted, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
  }

  @Test(arguments: WaitingLock.allCases, [WaitOutcome.woken, .valueChanged, .interrupted, .timedOut])
  func aLockFreedDuringTheLastSleepIsTakenHoweverItEnded(_ lock: WaitingLock, _ outcome: WaitOutcome) {
    let script = Script(
      word: lock.contended, returns: [.init(outcome, word: lock.resting, now: soon.nanoseconds)])
    #expect(lock.lock(script, until: soon))
  }

  /// It has consumed no wake-up: what the word says stays for those who sleep, and nobody is woken.
  @Test(arguments: WaitingLock.allCases)
  func aTimeOutChangesNothingAndWakesNobody(_ lock: WaitingLock) {
    let script = Script(word: lock.contended, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    #expect(script.changes.isEmpty && script.wakes.isEmpty)
    #expect(script.word == lock.contended)
  }

  /// Regression: a wake-up consumed at the last moment and taken along by a waiter that gave up.
  @Test(arguments: WaitingLock.allCases)
  func aWakeUpAtTheDeadlineIsNotTakenAlong(_ lock: WaitingLock) {
    let script = Script(
      word: lock.contended,
      returns: [.init(.woken, word: locked | lock.resting, now: soon.nanoseconds), .init(.timedOut)])
    #expect(!lock.lock(script, until: soon))
    #expect(script.word == lock.contended, "the next unlock wakes again")
  }
}
