import FastLock
import Testing

/// How waiters poll before they sleep. ``PollerDecisions`` has what they make of each look.
@Suite struct PollingReactions {
  private static let budget = SpinBudget(pauses: 100, pausesPerMicrosecond: 50)

  @Test(arguments: WaitingLock.allCases)
  func pollingKeepsToItsBudgetAndLooksBetweenGaps(_ lock: WaitingLock) {
    let script = Script(
      word: locked | lock.resting, budget: Self.budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    let polling = script.steps.prefix { $0 == .load || $0 == .pause }
    let gaps = polling.split(separator: .load).map(\.count)
    #expect(gaps.first == 3, "60 ns")
    #expect(gaps.allSatisfy { (1...5).contains($0) })
    let sum = gaps.reduce(0, +)
    #expect(sum >= 100 && sum < 100 + 5)
  }

  @Test(arguments: WaitingLock.allCases)
  func nobodyPollsBehindSleepers(_ lock: WaitingLock) {
    let script = Script(
      word: lock.contended, budget: Self.budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    let polling = lock.opening + [.pause, .pause, .pause, .load, .load]
    #expect(Array(script.steps.prefix(polling.count)) == polling)
    #expect(script.waits.count == 1)
  }

  @Test(arguments: WaitingLock.allCases)
  func pollingEndsWithTheLock(_ lock: WaitingLock) {
    let script = Script(word: locked | lock.resting, budget: Self.budget)
    script.interfere(after: .pause, making: lock.resting)
    #expect(lock.lock(script))
    #expect(script.steps.count { $0 == .pause } == 3 + 3, "one look to see it free, one to be sure")
    #expect(script.word == locked | lock.resting, "who has not slept says nothing of sleepers")
    #expect(script.waits.isEmpty)
  }

  /// Whether a line was fetched shows in the time that a look takes.
  @Test(arguments: WaitingLock.allCases)
  func aSlowLookKeepsTheWaiterAway(_ lock: WaitingLock) {
    let budget = SpinBudget(pauses: 400, pausesPerMicrosecond: 50, ticksPerPause: 10, lookTicks: 20)
    let script = Script(
      word: locked | lock.resting, budget: budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    script.ticks = [60, 20]
    #expect(!lock.lock(script, until: soon))
    #expect(
      script.steps.split(separator: .load).prefix(4).map(\.count) == [3, 130, 3, 1],
      "the look after the long gap is not timed")
  }

  @Test(arguments: WaitingLock.allCases)
  func whoLosesTheRaceForAFreeLockPollsOn(_ lock: WaitingLock) {
    let budget = SpinBudget(pauses: 150, pausesPerMicrosecond: 50)
    let script = Script(
      word: locked | lock.resting, budget: budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    script.interfere(after: .pause, making: lock.resting)
    // Free at two looks, the second of which says: take it.
    script.interfere(after: .load, occurrence: 2, making: locked | lock.resting)
    #expect(!lock.lock(script, until: soon))
    #expect(script.steps.split(separator: .load).prefix(3).map(\.count) == [3, 3, 50])
    #expect(script.waits.count == 1, "it sleeps when the budget is spent")
  }

  @Test(arguments: WaitingLock.allCases)
  func nobodyPollsWhoseTimeIsUp(_ lock: WaitingLock) {
    let script = Script(
      word: lock.contended, budget: Self.budget,
      returns: [.init(.timedOut, word: locked | lock.resting, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    #expect(script.steps.last == .load)
    #expect(script.steps.count { $0 == .pause } == 3, "before the wait")
  }

  @Test(arguments: WaitingLock.allCases)
  func withoutABudgetTheFirstLookIsTheLast(_ lock: WaitingLock) {
    let script = Script(word: locked | lock.resting, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    let expected: [Script.Step] = [
      .load, .compareExchange(locked | lock.resting, lock.contended, .relaxed),
      .wait(lock.contended, .ordinary, soon), .load,
    ]
    #expect(script.steps == lock.opening + expected)
  }

  // MARK: Whether it helps

  @Test(arguments: WaitingLock.allCases)
  func whetherPollingHelpsIsAskedOnce(_ lock: WaitingLock) {
    let budget = SpinBudget(pauses: 400, pausesPerMicrosecond: 50)
    let script = Script(
      word: locked | lock.resting, budget: budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    #expect(script.mayPollQuestions == 1)
    #expect(script.steps.count { $0 == .pause } >= 400)
  }

  @Test(arguments: WaitingLock.allCases)
  func whatDoesNotHelpEndsAfterAMicrosecond(_ lock: WaitingLock) {
    let script = Script(
      word: locked | lock.resting, budget: Self.budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    script.mayPoll = false
    #expect(!lock.lock(script, until: soon))
    #expect(script.mayPollQuestions == 1)
    #expect((50..<50 + 5).contains(script.steps.count { $0 == .pause }))
    #expect(script.waits.count == 1)
  }

  @Test(arguments: WaitingLock.allCases)
  func whatLastsLessThanAMicrosecondPaysForNoAnswer(_ lock: WaitingLock) {
    let script = Script(word: locked | lock.resting, budget: Self.budget)
    script.interfere(after: .pause, occurrence: 30, making: lock.resting)
    #expect(lock.lock(script))
    #expect(script.mayPollQuestions == 0)
  }
}
