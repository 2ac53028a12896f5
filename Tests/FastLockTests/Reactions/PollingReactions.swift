import FastLock
import Testing

/// How waiters poll before they sleep.
@Suite struct PollingReactions {
  private static let budget = SpinBudget(pauses: 100, longestGap: 16)

  @Test(arguments: WaitingLock.allCases)
  func pollingKeepsToItsBudgetAndLooksBetweenGaps(_ lock: WaitingLock) {
    let script = Script(
      word: locked | lock.resting, budget: Self.budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    let gaps = script.steps.prefix { $0 == .load || $0 == .pause }.split(separator: .load).map(\.count)
    #expect(gaps.prefix(5) == [1, 2, 4, 8, 16])
    #expect(gaps.allSatisfy { $0 <= 16 })
    let sum = gaps.reduce(0, +)
    #expect(sum >= 100 && sum < 100 + 16)
  }

  @Test(arguments: WaitingLock.allCases)
  func theFirstGapIsThatOfTheBudget(_ lock: WaitingLock) {
    let budget = SpinBudget(pauses: 30, firstGap: 4, longestGap: 8)
    let script = Script(
      word: locked | lock.resting, budget: budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    let gaps = script.steps.prefix { $0 == .load || $0 == .pause }.split(separator: .load).map(\.count)
    #expect(gaps == [4, 8, 8, 8, 8])
  }

  @Test(arguments: WaitingLock.allCases)
  func nobodyPollsBehindSleepers(_ lock: WaitingLock) {
    let script = Script(
      word: lock.contended, budget: Self.budget, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    #expect(!script.steps.contains(.pause))
  }

  @Test(arguments: WaitingLock.allCases)
  func pollingEndsWithTheLock(_ lock: WaitingLock) {
    let script = Script(word: locked | lock.resting, budget: Self.budget)
    script.interfere(after: .pause, making: lock.resting)
    #expect(lock.lock(script))
    #expect(script.steps.count { $0 == .pause } == 1)
    #expect(script.word == locked | lock.resting, "who has not slept says nothing of sleepers")
    #expect(script.waits.isEmpty)
  }

  @Test(arguments: WaitingLock.allCases)
  func withoutABudgetTheFirstLookIsTheLast(_ lock: WaitingLock) {
    let script = Script(word: locked | lock.resting, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    let expected: [Script.Step] = [
      .load, .compareExchange(locked | lock.resting, lock.contended, .relaxed),
      .wait(lock.contended, .ordinary, soon), .load,
    ]
    #expect(script.steps == expected)
  }
}
