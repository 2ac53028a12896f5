import FastLock
import Testing

private typealias Algorithm = ReleasableLock<ScriptedMachine>

private struct Refusal: Error {}

/// What the wait that interrupts can end does with everything that a kernel may answer.
@Suite struct InterruptibleReactions {
  private static let contended = locked | parked

  /// Runs the wait; `onInterrupt` throws at its call number `refusing`.
  private func lock(_ script: Script, until deadline: Deadline = soon, refusing: Int = .max) throws -> Bool {
    var calls = 0
    return try script.run {
      try Algorithm.lockInterruptibly($0, until: deadline) {
        script.perform(.onInterrupt) {}
        calls += 1
        if calls == refusing { throw Refusal() }
      }
    }
  }

  @Test func aFreeLockIsTakenWithoutAsking() throws {
    let script = Script(word: 0)
    #expect(try lock(script))
    #expect(!script.steps.contains(.onInterrupt))
    #expect(script.word == locked)
  }

  @Test func theClosureIsAskedBeforeTheFirstSleepAfterTheCountWasRead() throws {
    let script = Script(word: locked, returns: [.init(.woken, word: 0)])
    script.interruptCount = 3
    #expect(try lock(script))
    let expected: [Script.Step] = [
      .compareExchange(0, locked, .acquiring), .interruptCount, .onInterrupt, .load,
      .compareExchange(locked, Self.contended, .relaxed),
      .interruptibleWait(Self.contended, .ordinary, soon, seen: 3),
    ]
    #expect(Array(script.steps.prefix(6)) == expected)
    #expect(script.word == Self.contended)
  }

  @Test func whatItThrowsBeforeTheSleepLeavesTheWordAlone() {
    let script = Script(word: locked)
    #expect(throws: Refusal.self) { try lock(script, refusing: 1) }
    #expect(script.word == locked)
  }

  @Test func eachInterruptionIsAskedAboutAndNothingElse() throws {
    let returns: [Script.Return] = [
      .init(.interrupted), .init(.woken), .init(.interrupted), .init(.valueChanged),
      .init(.timedOut, now: soon.nanoseconds),
    ]
    let script = Script(word: Self.contended, returns: returns)
    #expect(try !lock(script))
    #expect(script.steps.filter { $0 == .onInterrupt }.count == 3)
    let wait = Script.Step.interruptibleWait(Self.contended, .ordinary, soon, seen: 0)
    #expect(script.waits == Array(repeating: wait, count: 5))
  }

  @Test func whatItThrowsAfterAnInterruptionEndsTheWaitWithoutTheLock() {
    let script = Script(word: Self.contended, returns: [.init(.interrupted, word: 0)])
    #expect(throws: Refusal.self) { try lock(script, refusing: 2) }
    #expect(script.word == 0)
    #expect(script.steps.last == .onInterrupt)
  }

  @Test func aTimeOutEndsTheWaitWithoutTheLock() throws {
    let script = Script(word: locked, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(try !lock(script))
    #expect(script.word == Self.contended)
  }

  @Test func anInterruptionPastTheDeadlineIsAskedAboutAndIsTheLast() throws {
    let script = Script(word: Self.contended, returns: [.init(.interrupted, now: soon.nanoseconds)])
    #expect(try !lock(script))
    #expect(script.steps.filter { $0 == .onInterrupt }.count == 2)
  }

  // MARK: Marks

  /// Nobody shall wait for one who does something else.
  @Test func anInterruptedMarkedWaiterGivesItsMarkBackBeforeItAsks() throws {
    let script = Script(
      word: Self.contended,
      returns: [
        .init(.timedOut, now: patienceEnd.nanoseconds), .init(.interrupted), .init(.woken, word: 0),
      ])
    #expect(try lock(script, until: .never))
    let marking = Self.contended | marked
    let asMarked = Script.Step.interruptibleWait(marking, .marked, .never, seen: 0)
    let start = try #require(script.steps.firstIndex(of: asMarked))
    let expected: [Script.Step] = [
      .load, .compareExchange(marking, Self.contended, .relaxed), .onInterrupt, .load,
      .compareExchange(Self.contended, marking, .relaxed), asMarked,
    ]
    #expect(Array(script.steps[(start + 1)...].prefix(6)) == expected)
  }

  @Test func anInterruptedWaiterPassesOnWhatWasHandedOver() throws {
    let handedOver = Self.contended | handed
    let script = Script(
      word: Self.contended,
      returns: [.init(.timedOut, now: patienceEnd.nanoseconds), .init(.interrupted, word: handedOver)])
    #expect(throws: Refusal.self) { try lock(script, until: .never, refusing: 2) }
    let expected: [Script.Step] = [
      .load, .compareExchange(handedOver, 0, .relaxed), .wake(1, .ordinary), .onInterrupt,
    ]
    #expect(script.steps.suffix(4) == expected)
    #expect(script.word == 0)
  }

  @Test func aHandOverThatForestallsTheReturnOfAMarkIsPassedOn() throws {
    let handedOver = Self.contended | handed
    let script = Script(
      word: Self.contended,
      returns: [.init(.timedOut, now: patienceEnd.nanoseconds), .init(.interrupted)])
    script.interfere(after: .load, occurrence: 3, making: handedOver)
    #expect(throws: Refusal.self) { try lock(script, until: .never, refusing: 2) }
    #expect(script.changes.contains(.compareExchange(Self.contended | marked, Self.contended, .relaxed)))
    #expect(script.word == 0)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  @Test func whoHasNoMarkGivesNothingBack() {
    let script = Script(word: Self.contended, returns: [.init(.interrupted)])
    #expect(throws: Refusal.self) { try lock(script, refusing: 2) }
    #expect(script.word == Self.contended)
    #expect(script.changes == [.compareExchange(0, locked, .acquiring)])
  }
}
