import Explorer
import FastLock

private typealias Algorithm = ReleasableLock<Simulated>

private let word = SimulatedWord(0)

extension Subject {
  static let releasableLock = Subject(
    algorithm: "ReleasableLock",
    scenarios: [
      twoThreads.under(.totalStoreOrder, Faults(timeOuts: 2, spuriousReturns: 1), preemptions: 4),
      twoThreads.under(.weak, Faults(timeOuts: 2, staleReads: 1), preemptions: 4),
      threeThreads.under(.totalStoreOrder, Faults(timeOuts: 1), preemptions: 4),
      threeThreads.under(.weak, Faults(timeOuts: 1, staleReads: 1), preemptions: 3),
      fourThreads.under(.totalStoreOrder, Faults(timeOuts: 1), preemptions: 4),
      fourThreads.under(.weak, Faults(timeOuts: 1, staleReads: 1), preemptions: 3),
      starving.under(.totalStoreOrder, Faults(timeOuts: 2, spuriousReturns: 1), preemptions: 3),
      starving.under(.weak, Faults(timeOuts: 2, staleReads: 1), preemptions: 3),
      inOrder.under(.totalStoreOrder, Faults(timeOuts: 3), preemptions: 3),
      besidePatient.under(.totalStoreOrder, Faults(timeOuts: 2), preemptions: 3),
      besideStopped.under(.totalStoreOrder, Faults(timeOuts: 1, stops: 1), preemptions: 2),
      releasedByAnother.under(.totalStoreOrder, Faults(timeOuts: 2)),
      releasedByAnother.under(.weak, Faults(timeOuts: 1, staleReads: 1)),
      freedByTheLastOwner.under(.totalStoreOrder, Faults(timeOuts: 2), preemptions: 5),
      freedByTheLastOwner.under(.weak, Faults(timeOuts: 2, staleReads: 1), preemptions: 4),
      interrupted.under(.totalStoreOrder, Faults(timeOuts: 2), preemptions: 4),
      interrupted.under(.weak, Faults(timeOuts: 2, staleReads: 1), preemptions: 3),
      polling.under(.totalStoreOrder, Faults(timeOuts: 1), preemptions: 4),
      polling.under(.weak, Faults(timeOuts: 1, staleReads: 1), preemptions: 3),
    ],
    mutants: [
      Mutation(.relaxed, at: "lock"),
      Mutation(.relaxed, at: "release"),
      Mutation(.relaxed, at: "release slowly"),
      Mutation(.relaxed, at: "take"),
      Mutation(.torn, at: "release"),
      Mutation(.torn, at: "take"),
      Mutation(.dropped, at: "wake"),
      Mutation(.dropped, at: "wake head"),
      Mutation(.wakesOthers, at: "wake head"),
      Mutation(.dropped, at: "wake heads"),
      // Nobody calls the next.
      Mutation(.dropped, at: "call"),
      Mutation(.wakesOthers, at: "call"),
      Mutation(.dropped, at: "wake all starving"),
      // There is no queue.
      Mutation(.joinsOrdinary, at: "sleep"),
      Mutation(.touches, at: "wake"),
      Mutation(.touches, at: "wake heads"),
      // Woken, it takes the lock as if nobody else slept.
      Mutation(.clears(MutexWord.parked), at: "take"),
      Mutation(.sleepsUnchecked, at: "sleep"),
      Mutation(.sleepsUnchecked, at: "interruptible sleep"),
      // A time-out leaves with a wake-up that was another's.
      Mutation(.losesWakeUp, at: "sleep"),
      Mutation(.losesWakeUp, at: "interruptible sleep"),
      Mutation(.skipped, at: "leave"),
    ])

  private static let twoThreads = scenario(
    "2 x 3", [[lock, timedLock, interruptibleLock], [lateLock, tryLock, lock]])
  private static let threeThreads = scenario("3 x 2", [[lock, lock], [timedLock, lock], [lock, tryLock]])
  private static let fourThreads = scenario("4 x 1", [[lock], [timedLock], [lock], [lock]])
  private static let starving = scenario("starving", [[lateLock], [lock, lock], [lock, lateLock]])
  private static let interrupted = scenario(
    "interrupted", [[interruptibleLock], [lock, interruptMain], [lock]])

  private static let polling = {
    var changed = scenario("polling", [[lock], [timedLock, lock], [lock]])
    changed.spin = SpinBudget(pauses: 2)
    return changed
  }()

  private static let inOrder = {
    var changed = scenario("in order", [[lock, lock], [lock], [lock]])
    changed.wakesInOrder = true
    changed.overtaking = Overtaking(others: 0, unlocksBesideSleeper: 3)
    return changed
  }()

  private static let besidePatient = {
    var changed = scenario("beside a patient one", [[lock, lock], [lock, lock], [lock]])
    changed.wakesInOrder = true
    changed.patientThreads = [2]
    changed.overtaking = Overtaking(others: 0, unlocksBesideSleeper: 3)
    return changed
  }()

  private static let besideStopped = {
    var changed = scenario("beside one that has stopped", [[lock], [lock], [lock]])
    changed.atEnd = { world in
      lockSlowly(world)
      world.require(isReleased(), "the lock was free when its holder released it")
    }
    return changed
  }()

  private static let releasedByAnother = {
    var changed = scenario(
      "released by another", [[acquire, acquire], [release, release], [acquire, release]])
    // A lock that nobody will release is waited for in vain.
    changed.isLost = { $0.value(of: word) & MutexWord.locked == 0 }
    changed.atEnd = { world in
      let isLocked = world.value(of: word) != 0
      world.require(world.monitor == (isLocked ? 1 : 0), "not as many releases succeeded as were due")
    }
    return changed
  }()

  private static let freedByTheLastOwner = {
    var changed = scenario("freed by the last owner", [[releaseHeld], [lockAndFree], [lockAndFree]])
    changed.initialValues = [MutexWord.locked]
    changed.atEnd = { _ in }
    return changed
  }()

  private static func scenario(_ name: String, _ programs: [[Action]]) -> Scenario {
    var scenario = Scenario("ReleasableLock, \(name)", programs)
    scenario.atEnd = { world in
      world.require(world.value(of: word) == 0, "the word is not as it was before contention")
    }
    return scenario
  }
}

// MARK: The operations, put together as FutexLock does

private func isReleased() -> Bool { Algorithm.release(word) || Algorithm.releaseSlow(word) }

private func lockSlowly(_ world: World) {
  world.require(Algorithm.lockSlow(word, until: .never), "gave up without a deadline")
}

private func useAndRelease(_ world: World) {
  world.enter()
  world.write()
  world.leave()
  world.require(isReleased(), "the lock was free when its holder released it")
  world.noteUnlock()
}

private let (lock, tryLock, timedLock, lateLock) = lockActions(
  lockFast: { Algorithm.tryLock(word) }, tryLock: { Algorithm.tryLock(word) },
  lockSlow: { Algorithm.lockSlow(word, until: $0) }, useAndUnlock: useAndRelease)

private struct Interrupted: Error {}

private let interruptibleLock = Action("interruptible lock") { world in
  if !Algorithm.tryLock(word) {
    do throws(Interrupted) {
      let isTaken = try Algorithm.lockInterruptibly(word, until: .late) { () throws(Interrupted) in
        if World.current.interrupts > 0 { throw Interrupted() }
      }
      if !isTaken { return }
    } catch {
      return
    }
  }
  useAndRelease(world)
}

private let interruptMain = Action("interrupt the main thread") { $0.interruptMain() }

/// Any thread may release what another has acquired. The monitor counts acquires less releases. Both take effect within
/// their calls: it is right once all have returned, and may be below zero until then.
private let acquire = Action("acquire") { world in
  if Algorithm.tryLock(word) || Algorithm.lockSlow(word, until: .soon) { world.monitor &+= 1 }
}

private let release = Action("release") { world in
  if isReleased() { world.monitor &-= 1 }
}

private let releaseHeld = Action("release") { world in
  world.write()
  world.require(isReleased(), "the lock was free when its holder released it")
}

/// The second to come is the last.
private let lockAndFree = Action("lock, and free if last") { world in
  if !Algorithm.tryLock(word) { lockSlowly(world) }
  world.write()
  world.monitor += 1
  if world.monitor == 2 { return world.free(word) }
  world.require(isReleased(), "the lock was free when its holder released it")
}
