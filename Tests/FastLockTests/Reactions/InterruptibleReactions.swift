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
      .load, .interruptCount, .onInterrupt, .load,
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

  // MARK: Roles

  private let asHead = word(contended | marked | queued | headSleeps)

  /// The word beside a head that knows of nobody in the queue.
  private let asOnlyHead = word(contended | marked | headSleeps)

  /// A waiter that is head when it is interrupted beside this word.
  private func interruptedHead(
    beside word: UInt32? = nil, now: UInt64? = nil, then returns: [Script.Return] = []
  ) -> Script {
    WaitingLock.releasableLock.head(then: [.init(.interrupted, word: word, now: now)] + returns)
  }

  /// What is done between the sleep that was interrupted and the question.
  private func answer(_ script: Script) -> ArraySlice<Script.Step> {
    let sleep = Script.Step.interruptibleWait(asHead, .heads, firstLook, seen: 0)
    return script.steps.drop { $0 != sleep }.dropFirst().prefix { $0 != .onInterrupt }
  }

  /// Nobody shall wait for one who does something else.
  @Test func anInterruptedHeadGivesItsMarkBackBeforeItAsksAndQueues() throws {
    let script = interruptedHead(beside: asOnlyHead, then: [.init(.timedOut, word: 0)])
    #expect(try lock(script, until: .never))
    let expected: [Script.Step] = [
      .load, .compareExchange(asOnlyHead, Self.contended, .relaxed), .wake(.max, .heads),
    ]
    #expect(answer(script) == expected[...])
    #expect(
      script.waits.last
        == .interruptibleWait(
          word(Self.contended | queued, rank: 7), .starving(0), firstLook, seen: 0))
  }

  @Test func anInterruptedHeadCallsTheNextAndQueues() throws {
    let script = interruptedHead(
      beside: word(Self.contended | marked | queued, rank: 2), now: time(units: 2),
      then: [.init(.timedOut, word: 0)])
    script.sleeperCount = 1
    #expect(try lock(script, until: .never))
    let calling = word(Self.contended | called, time: 2, rank: 1)
    let expected: [Script.Step] = [
      .load, .compareExchange(word(Self.contended | marked | queued, rank: 2), calling, .relaxed),
      .wake(1, .starving(2)),
    ]
    #expect(answer(script) == expected[...])
    #expect(
      script.waits.last == .interruptibleWait(calling | queued, .starving(0), firstLook, seen: 0))
  }

  @Test func anInterruptedHeadWhoseMarkIsGoneGivesNothingBack() {
    let script = interruptedHead(beside: word(Self.contended | called))
    #expect(throws: Refusal.self) { try lock(script, until: .never, refusing: 2) }
    #expect(answer(script) == [.load])
  }

  @Test func anInterruptedHeadPassesOnWhatWasHandedOver() throws {
    let handedOver = word(Self.contended | handed)
    let script = interruptedHead(beside: handedOver)
    #expect(throws: Refusal.self) { try lock(script, until: .never, refusing: 2) }
    let expected: [Script.Step] = [
      .load, .compareExchange(handedOver, Self.contended, .acquiring),
      .load, .compareExchange(Self.contended, 0, .releasing), .wake(1, .ordinary),
    ]
    #expect(answer(script) == expected[...])
    #expect(script.word == 0)
  }

  @Test func anInterruptedHeadPassesOnWhatWasHandedOverToWhoIsNext() throws {
    let script = interruptedHead(beside: word(locked | handed | queued, rank: 2), now: time(units: 2))
    script.sleeperCount = 1
    #expect(throws: Refusal.self) { try lock(script, until: .never, refusing: 2) }
    #expect(script.word == word(called, time: 2, rank: 1, unlocks: 1))
    #expect(script.wakes == [.wake(1, .starving(2))])
  }

  @Test func aHandOverThatForestallsTheReturnOfAMarkIsPassedOn() throws {
    let script = interruptedHead()
    script.interfere(after: .interruptibleWait(asHead, .heads, firstLook, seen: 0), making: asOnlyHead)
    script.interfere(after: .load, making: word(Self.contended | handed))
    #expect(throws: Refusal.self) { try lock(script, until: .never, refusing: 2) }
    #expect(script.changes.contains(.compareExchange(asOnlyHead, Self.contended, .relaxed)))
    #expect(script.word == 0)
    #expect(script.wakes == [.wake(1, .ordinary)])
  }

  @Test func whoIsInTheQueueStaysThereWhenInterrupted() throws {
    let script = WaitingLock.releasableLock.starving(
      word(Self.contended | marked), then: [.init(.interrupted), .init(.timedOut, word: 0)])
    #expect(try lock(script, until: .never))
    let wait = Script.Step.interruptibleWait(
      word(Self.contended | marked | queued), .starving(0), firstLook, seen: 0)
    #expect(script.waits.dropFirst() == [wait, wait])
  }

  @Test func whoHasNoRoleGivesNothingBack() {
    let script = Script(word: Self.contended, returns: [.init(.interrupted)])
    #expect(throws: Refusal.self) { try lock(script, refusing: 2) }
    #expect(script.word == Self.contended)
    #expect(script.changes.isEmpty)
  }
}
