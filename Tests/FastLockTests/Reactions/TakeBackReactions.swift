import FastLock
import Testing

/// What waiters and tries do beside a hand-over that nobody comes for, and tries beside other roles.
@Suite struct TakeBackReactions {
  private enum Way: CaseIterable { case waiter, tryLock }

  private func take(_ script: Script, _ lock: WaitingLock, _ way: Way) -> Bool {
    way == .waiter ? lock.lock(script, until: soon) : lock.tryLock(script)
  }

  /// A script in which a waiter that does not get the lock sleeps once.
  private func script(_ lock: WaitingLock, _ word: UInt32, units: UInt64, sleeps: Bool) -> Script {
    let end = Script.Return(.timedOut, now: max(soon.nanoseconds, time(units: units)))
    let script = lock.script(word, sleeps ? [end] : [])
    script.now = time(units: units)
    return script
  }

  // MARK: By time

  @Test(arguments: WaitingLock.allCases, Way.allCases)
  private func aHandOverOfTwoUnitsAgoIsTakenBack(_ lock: WaitingLock, _ way: Way) {
    let old = word(lock.contended | handed | queued, time: 15, rank: 2)
    let script = script(lock, old, units: 17, sleeps: false)
    #expect(take(script, lock, way))
    #expect(
      script.steps == [
        .load,
        .compareExchange(old, word(lock.contended | queued, time: 15, rank: 2), .acquiring),
      ])
  }

  @Test(arguments: WaitingLock.allCases, Way.allCases)
  private func withTheLastRoleItsFieldsGo(_ lock: WaitingLock, _ way: Way) {
    let script = script(
      lock, word(lock.held | handed, time: 15, rank: 2), units: 17, sleeps: false)
    #expect(take(script, lock, way))
    #expect(script.word == lock.withoutRoles(lock.held))
  }

  /// Who did not come may have been the only one to know of others, and of their ranks.
  @Test(arguments: WaitingLock.allCases, Way.allCases)
  private func whatIsTakenBackFromWhoWasCalledLeavesAQueue(_ lock: WaitingLock, _ way: Way) {
    let script = script(
      lock, word(lock.contended | handed | called, time: 4, rank: 2), units: 6, sleeps: false)
    #expect(take(script, lock, way))
    #expect(script.word == word(lock.contended | queued, time: 4, rank: 7))
  }

  @Test(arguments: WaitingLock.allCases, Way.allCases)
  private func aYoungerHandOverIsNot(_ lock: WaitingLock, _ way: Way) {
    let young = word(lock.contended | handed, time: 15)
    let script = script(lock, young, units: 16, sleeps: way == .waiter)
    #expect(!take(script, lock, way))
    #expect(script.word == young)
  }

  @Test(arguments: WaitingLock.allCases, [handed, handed | called])
  func aStarvingWaiterTakesBackToo(_ lock: WaitingLock, _ roles: UInt32) {
    let script = lock.starving(
      word(lock.contended | roles), then: [.init(.interrupted, now: time(units: 2))])
    #expect(lock.lock(script))
    #expect(script.word == word(lock.contended | queued, rank: roles & called == 0 ? 0 : 7))
  }

  /// The lock is held.
  @Test(arguments: WaitingLock.allCases, [marked | headSleeps, queued, called, marked | queued])
  func nothingElseIsTakenBack(_ lock: WaitingLock, _ roles: UInt32) {
    for way in Way.allCases {
      for generation in [presentGeneration, presentGeneration - 1] {
        let seen = word(lock.contended | roles, generation: generation)
        let script = script(lock, seen, units: 8, sleeps: way == .waiter)
        #expect(!take(script, lock, way))
        #expect(script.word & (locked | parked) == locked | parked)
      }
    }
  }

  // MARK: By generation

  /// Whom it was handed to does not exist in this process.
  @Test(arguments: WaitingLock.allCases, [handed, handed | called | queued])
  func aHandOverFromBeforeAForkIsTakenBackAtOnce(_ lock: WaitingLock, _ roles: UInt32) {
    for way in Way.allCases {
      let old = word(lock.contended | roles, rank: 2, generation: presentGeneration - 1)
      let script = script(lock, old, units: 0, sleeps: false)
      #expect(take(script, lock, way))
      #expect(script.word == lock.contended)
    }
  }

  /// The word has room for three bits.
  @Test(arguments: WaitingLock.allCases)
  func generationsAreComparedInTheBitsThatTheyHaveInTheWord(_ lock: WaitingLock) {
    let script = script(lock, word(lock.contended | handed), units: 0, sleeps: false)
    script.forkGeneration = presentGeneration + 8
    #expect(!lock.tryLock(script))
  }

  // MARK: Sleeping beside a hand-over

  /// Also past its patience: in the queue it could not take the lock back for a while.
  @Test(arguments: WaitingLock.allCases)
  func aPatientWaiterSleepsForAsLongAsAHandOverMayLast(_ lock: WaitingLock) {
    let seen = word(lock.contended | handed)
    let script = lock.script(seen, [.init(.timedOut, now: 1_000 + time(units: 2))])
    #expect(lock.lock(script))
    #expect(script.waits == [.wait(seen, .ordinary, Deadline(nanoseconds: 1_000 + time(units: 2)))])
    #expect(script.word == lock.contended)
  }

  @Test(arguments: WaitingLock.allCases)
  func aStarvingWaiterSleepsUntilItsLook(_ lock: WaitingLock) {
    let seen = word(lock.contended | handed)
    let script = lock.starving(seen, then: [.init(.timedOut, now: firstLook.nanoseconds)])
    #expect(lock.lock(script))
    #expect(script.waits.last == .wait(seen | queued, .starving(0), firstLook))
    #expect(script.word == word(lock.contended | queued))
  }

  @Test(arguments: WaitingLock.allCases)
  func theDeadlineMayComeFirst(_ lock: WaitingLock) {
    let seen = word(lock.contended | handed)
    let script = lock.script(seen, [.init(.timedOut, now: soon.nanoseconds)])
    #expect(!lock.lock(script, until: soon))
    #expect(script.waits == [.wait(seen, .ordinary, soon)])
    #expect(script.word == seen)
  }

  // MARK: Tries

  @Test(
    arguments: WaitingLock.allCases,
    [
      word(marked | headSleeps), word(marked | queued, rank: 2), word(called, time: 4, rank: 2, unlocks: 3),
      word(called | queued | parked), word(marked, generation: presentGeneration - 1),
    ])
  func aTryTakesAFreeLockBesideRolesAndChangesNothingElse(_ lock: WaitingLock, _ roles: UInt32) {
    let free = lock.resting | roles
    let script = lock.script(free)
    #expect(lock.tryLock(script))
    #expect(script.steps == [.load, .compareExchange(free, free | locked, .acquiring)])
  }

  @Test(arguments: WaitingLock.allCases)
  func aTryThatAnotherForestallsLooksAgain(_ lock: WaitingLock) {
    let script = lock.script(word(lock.resting | called))
    script.interfere(after: .load, making: word(lock.resting | called | queued))
    #expect(lock.tryLock(script))
    #expect(script.word == word(lock.held | called | queued))
  }

  @Test(arguments: WaitingLock.allCases)
  func aTryOfAHeldLockChangesNothing(_ lock: WaitingLock) {
    let script = lock.script(lock.contended)
    #expect(!lock.tryLock(script))
    #expect(script.steps == [.load])
  }
}
