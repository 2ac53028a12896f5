import FastLock
import Synchronization
import TestSupport
import Testing

/// What the algorithms expect of the machine they run on.
@Suite struct HardwareMachine {
  private static let past = Deadline(nanoseconds: 0)

  /// A word that threads may share.
  @safe private final class Shared: @unchecked Sendable {
    let word: UnsafeMutablePointer<UInt32>

    init(_ value: UInt32) {
      unsafe word = .allocate(capacity: 1)
      unsafe word.initialize(to: value)
    }

    deinit { unsafe word.deallocate() }
  }

  @Test func aWaitForAnotherValueReturnsAtOnce() {
    let shared = Shared(5)
    let outcome = unsafe Hardware.wait(shared.word, while: 6, among: .ordinary, until: .never, at: "test")
    #expect(outcome == .valueChanged)
  }

  @Test func aWaitForAnotherValueAfterTheDeadlineIsATimeOut() {
    let shared = Shared(5)
    let outcome = unsafe Hardware.wait(shared.word, while: 6, among: .ordinary, until: Self.past, at: "test")
    #expect(outcome == .timedOut)
  }

  @Test func aWaitEndsAtItsDeadline() {
    let shared = Shared(5)
    let deadline = Hardware.now().advanced(by: .milliseconds(5))
    let outcome = unsafe Hardware.wait(shared.word, while: 5, among: .ordinary, until: deadline, at: "test")
    #expect(outcome == .timedOut && Hardware.now() >= deadline)
    var interrupts = InterruptWatch(seen: Hardware.interruptCount())
    let next = Hardware.now().advanced(by: .milliseconds(25))
    let other = unsafe Hardware.waitInterruptibly(
      shared.word, while: 5, among: .ordinary, until: next, watching: &interrupts, at: "test")
    #expect(other == .timedOut && Hardware.now() >= next)
  }

  @Test func aWakeReachesAsManySleepersAsItSays() throws {
    let shared = Shared(0)
    let sleepers = (0..<3).map { index in
      TestThread {
        guard index == 0 else {
          return unsafe Hardware.wait(shared.word, while: 0, among: .ordinary, until: .never, at: "test")
        }
        var interrupts = InterruptWatch(seen: Hardware.interruptCount())
        return unsafe Hardware.waitInterruptibly(
          shared.word, while: 0, among: .ordinary, until: .never, watching: &interrupts, at: "test")
      }
    }
    try waitUntilAsleep(sleepers.map(\.kernelID))
    for awake in 1...3 {
      unsafe Hardware.wake(shared.word, count: 1, among: .ordinary, at: "test")
      try waitUntil("a sleeper to wake") { sleepers.filter(\.hasEnded).count >= awake }
    }
    for sleeper in sleepers { #expect(try sleeper.join() == .woken) }
  }

  /// Who watches for lost wake-ups relies on it: a thread that was woken may take long until it runs.
  @Test func aThreadThatWasWokenIsNotSeenAsleep() throws {
    let rounds = 200
    let shared = Shared(0)
    let roundsSeen = Atomic(0)
    let sleeper = TestThread {
      for round in 1...rounds {
        let outcome = unsafe Hardware.wait(
          shared.word, while: 0, among: .ordinary, until: .never, at: "test")
        guard outcome == .woken else { return false }
        while roundsSeen.load(ordering: .relaxed) < round { Hardware.pause() }
      }
      return true
    }
    var sightings = 0
    for round in 1...rounds {
      try waitUntilAsleep([sleeper.kernelID])
      #expect(unsafe Hardware.wake(shared.word, count: 1, among: .ordinary, at: "test") == 1)
      if sleeper.kernelID.futexSleep != nil { sightings += 1 }
      roundsSeen.store(round, ordering: .relaxed)
    }
    #expect(sightings == 0)
    #expect(try sleeper.join(), "each wake woke")
  }

  @Test func onlyTheMainThreadIsTheMainThread() throws {
    #expect(try !TestThread { Hardware.isMainThread }.join())
    let ids = try runTogether(2) { _ in (Hardware.threadID, KernelThreadID.current.rawValue) }
    #expect(ids.allSatisfy { $0.0 == $0.1 })
    #expect(ids[0].0 != ids[1].0)
  }

  @Test func theSpinBudgetIsOfThisMachine() {
    let budget = Hardware.spinBudget()
    #expect(budget.pausesPerMicrosecond >= 1)
    #expect(budget.pauses == Hardware.spinBudget().pauses, "it is calibrated once")
    if budget.ticksPerPause > 0 {
      let ticksPerMicrosecond = budget.pausesPerMicrosecond * budget.ticksPerPause
      #expect(budget.lookTicks < ticksPerMicrosecond / 2, "a look at a line that is here takes little")
    }
  }

  @Test func drawsReachAllNumbersBelowTheirBound() {
    for bound: UInt32 in [1, 2, 7, 100] {
      let draws = Set((0..<100_000).map { _ in Hardware.draw(below: bound) })
      #expect(draws == Set(0..<bound))
    }
  }

  @Test func aTimedLoadLoads() {
    var word: UInt32 = 4711
    let (value, _) = unsafe Hardware.timedLoad(&word, at: "test")
    #expect(value == 4711)
  }

  @Test func theClockNeverGoesBack() {
    var last = Hardware.now()
    for _ in 0..<10_000 {
      let now = Hardware.now()
      #expect(now >= last)
      last = now
    }
  }
}
