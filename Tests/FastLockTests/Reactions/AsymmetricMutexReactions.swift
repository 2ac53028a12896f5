import FastLock
import Testing

private typealias Algorithm = AsymmetricMutex<ScriptedMachine>

/// The fast halves of a mutex, and what it does with the answers to a process barrier.
@Suite struct AsymmetricMutexReactions {
  private static let contended = locked | parked | symmetric

  // MARK: Fast halves

  @Test func anUncontendedPairIsOneExchangeTwoLoadsAndOneStore() {
    let script = Script(word: 0)
    script.run {
      #expect(Algorithm.lock($0))
      #expect(Algorithm.unlock($0) == .done)
    }
    let expected: [Script.Step] = [
      .exchangeByte(1, .first), .loadByte(.second), .storeByte(0, .first), .loadByte(.second),
    ]
    #expect(script.steps == expected)
    #expect(script.word == 0)
  }

  @Test(arguments: [locked, contended])
  func aTakenLockStaysAsItIs(_ word: UInt32) {
    let script = Script(word: word)
    #expect(script.run { !Algorithm.lock($0) })
    #expect(script.steps == [.exchangeByte(1, .first)])
    #expect(script.word == word)
  }

  @Test(arguments: [(0, true), (symmetric, true), (locked, false), (contended, false)])
  func aTryWritesOnlyWhereTheLockIsFree(_ word: UInt32, _ isFree: Bool) {
    let script = Script(word: word)
    #expect(script.run(Algorithm.tryLock) == isFree)
    #expect(script.steps == [.loadByte(.first)] + (isFree ? [.exchangeByte(1, .first)] : []))
    #expect(script.word == word | locked)
  }

  @Test func aTryThatAnotherForestallsFails() {
    let script = Script(word: 0)
    script.interfere(after: .loadByte(.first), making: locked)
    #expect(script.run { !Algorithm.tryLock($0) })
  }

  @Test(arguments: [(0, false), (symmetric, false), (locked, true), (contended | handed, true)])
  func aLockIsLockedWhileItsFirstByteSaysSo(_ word: UInt32, _ isLocked: Bool) {
    let script = Script(word: word)
    #expect(script.run(Algorithm.isLocked) == isLocked)
    #expect(script.steps == [.loadByte(.first)])
  }

  @Test(arguments: [parked, symmetric, unconfirmed, kept, handed, marked, queued, called])
  func anUnlockBesideAFlagReleasesNothing(_ flag: UInt32) {
    let script = Script(word: locked | flag)
    #expect(script.run(Algorithm.unlock) == .held)
    #expect(script.steps == [.loadByte(.second)])
  }

  @Test(arguments: [parked, symmetric, unconfirmed, kept, handed, marked, queued, called])
  func anUnlockSeesAFlagThatComesDuringItsRelease(_ flag: UInt32) {
    let script = Script(word: locked)
    script.interfere(after: .storeByte(0, .first), making: flag)
    #expect(script.run(Algorithm.unlock) == .released)
  }

  // MARK: Process barriers

  @Test func whoBeginsContendedModeIssuesABarrierAndLooksAgainBeforeItSleeps() {
    let script = Script(word: locked, returns: [.init(.woken, word: symmetric)])
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    let expected: [Script.Step] = [
      .load, .compareExchange(locked, Self.contended, .relaxed), .barrier, .load,
      .wait(Self.contended, .ordinary, patienceEnd),
    ]
    #expect(Array(script.steps.prefix(5)) == expected)
  }

  @Test func whoFindsContendedModeIssuesNoBarrier() {
    let script = Script(word: locked | symmetric, returns: [.init(.woken, word: symmetric)])
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(!script.steps.contains(.barrier))
  }

  /// Others sleep by then on the strength of the flag.
  @Test func theBarrierIsOwedPastTheDeadlineToo() {
    let past = Deadline(nanoseconds: 1)
    let script = Script(word: locked, returns: [.init(.timedOut)])
    #expect(script.run { !Algorithm.lockSlow($0, until: past) })
    #expect(script.steps.contains(.barrier))
    #expect(script.word == Self.contended)
  }

  @Test func aLockThatTheBarrierShowsToBeFreeIsTaken() {
    let script = Script(word: locked)
    script.interfere(after: .barrier, making: parked | symmetric)
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.waits.isEmpty)
    #expect(script.word == Self.contended)
  }

  /// The mode had ended while it slept.
  @Test func aWokenWaiterThatBeginsContendedModeAnewIssuesABarrier() {
    let script = Script(
      word: Self.contended, returns: [.init(.woken, word: locked), .init(.woken, word: symmetric)])
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.steps.count { $0 == .barrier } == 1)
  }

  /// Its call was forgotten, and the mode has ended since.
  @Test func aCalledWaiterThatBeginsContendedModeAnewIssuesABarrier() {
    let lock = WaitingLock.asymmetricMutex
    let script = lock.starving(
      word(lock.contended | marked), then: [.init(.woken, word: locked), .init(.woken, word: symmetric)])
    #expect(lock.lock(script))
    let asHead = word(lock.held | marked | queued | headSleeps, rank: 7)
    let expected: [Script.Step] = [
      .compareExchange(locked, asHead, .relaxed), .barrier, .load, .wait(asHead, .heads, firstLook),
    ]
    #expect(Array(script.steps.drop { $0 != expected[0] }.prefix(4)) == expected)
  }

  // MARK: Refusal

  @Test func aRefusedBarrierIsSaidInTheWordAndToAllSleepers() {
    let script = Script(word: locked, returns: [.init(.woken, word: symmetric | kept)])
    script.refusesBarriers = true
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    let expected: [Script.Step] = [
      .barrier, .load, .compareExchange(Self.contended, Self.contended | unconfirmed, .relaxed),
      .wake(.max, .all), .load,
      .wait(Self.contended | unconfirmed, .ordinary, patienceEnd),
    ]
    #expect(Array(script.steps.dropFirst(2).prefix(6)) == expected)
  }

  @Test func whoIsRefusedTriesAgainWhereTheWordChanges() {
    let script = Script(word: locked, returns: [.init(.woken, word: symmetric | kept)])
    script.refusesBarriers = true
    let changed = Self.contended | marked
    script.interfere(after: .load, occurrence: 2, making: changed)
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.steps.contains(.compareExchange(Self.contended, Self.contended | unconfirmed, .relaxed)))
    #expect(script.steps.contains(.compareExchange(changed, changed | unconfirmed, .relaxed)))
  }

  /// A holder that has seen the flags has made sure of what the barrier was for.
  @Test(arguments: [contended | unconfirmed, contended | kept])
  func whatIsUnconfirmedOrKeptAlreadyIsNotSaidAgain(_ word: UInt32) {
    let script = Script(word: locked, returns: [.init(.woken, word: symmetric | kept)])
    script.refusesBarriers = true
    script.interfere(after: .barrier, making: word)
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.wakes.isEmpty)
    #expect(script.changes.count == 2, "to park and to take")
  }

  @Test func aLockThatIsFreeAfterTheRefusalIsTaken() {
    let script = Script(word: locked)
    script.refusesBarriers = true
    script.interfere(after: .barrier, making: symmetric | parked)
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    #expect(script.word == Self.contended)
  }

  /// After 64 ms no unlock can be under way that has not seen the flags.
  @Test func sleepsAreShortForAWhileWhereTheWordIsUnconfirmed() {
    // Late, so that its next look by itself is far.
    let start = Deadline(nanoseconds: 1_000_000_000)
    let look = start.advanced(by: start.since(patienceEnd))
    var now = start
    var returns = [Script.Return(.timedOut, word: Self.contended | unconfirmed, now: now.nanoseconds)]
    var ends = [patienceEnd]
    for milliseconds in [1, 1, 2, 4, 8, 16, 32] {
      now = now.advanced(by: .milliseconds(milliseconds))
      returns.append(.init(.timedOut, now: now.nanoseconds))
      ends.append(now)
    }
    #expect(now == start.advanced(by: .milliseconds(64)))
    returns.append(.init(.timedOut, word: symmetric | kept, now: look.nanoseconds))
    ends.append(look)
    let script = Script(word: Self.contended, returns: returns)
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    let limits = script.waits.compactMap { if case .wait(_, _, let limit) = $0 { limit } else { nil } }
    #expect(limits == ends)
  }

  /// A wake-up in vain says nothing about the unlock.
  @Test func shortSleepsAreOnesOfTimeNotOfNumber() {
    let asleep = word(Self.contended | unconfirmed)
    var returns = [Script.Return(.timedOut, word: asleep, now: patienceEnd.nanoseconds)]
    returns += Array(repeating: .init(.valueChanged), count: 20)
    returns.append(.init(.woken, word: symmetric | kept))
    let script = Script(word: Self.contended, returns: returns)
    #expect(script.run { Algorithm.lockSlow($0, until: .never) })
    let limits = script.waits.compactMap { if case .wait(_, _, let limit) = $0 { limit } else { nil } }
    #expect(limits.dropFirst().allSatisfy { $0 == patienceEnd.advanced(by: .milliseconds(1)) })
  }

  @Test func aShortSleepEndsAtTheDeadlineToo() {
    let script = Script(
      word: Self.contended | unconfirmed, returns: [.init(.timedOut, now: soon.nanoseconds)])
    #expect(script.run { !Algorithm.lockSlow($0, until: soon) })
    #expect(script.waits == [.wait(Self.contended | unconfirmed, .ordinary, soon)])
  }
}
