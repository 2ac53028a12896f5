import Explorer
import FastLock

private typealias Algorithm = ThreeStateLock<Simulated>

private let word = SimulatedWord(0)
private let soon = Deadline(nanoseconds: 1_000)

extension Subject {
  static let threeStateLock = Subject(
    algorithm: "ThreeStateLock",
    scenarios: [
      twoThreads.under(.totalStoreOrder, Faults(timeOuts: 2, spuriousReturns: 2)),
      twoThreads.under(.weak, Faults(timeOuts: 2, spuriousReturns: 1, staleReads: 2)),
      threeThreads.under(.totalStoreOrder, Faults(timeOuts: 1)),
      threeThreads.under(.totalStoreOrder, Faults(timeOuts: 2, spuriousReturns: 1), preemptions: 4),
      threeThreads.under(.weak, Faults(timeOuts: 1, staleReads: 2), preemptions: 4),
      fourThreads.under(.totalStoreOrder, Faults(timeOuts: 1)),
      fourThreads.under(.weak, Faults(timeOuts: 1, staleReads: 1), preemptions: 4),
      releasedByAnother.under(.totalStoreOrder, Faults(timeOuts: 2)),
      releasedByAnother.under(.weak, Faults(timeOuts: 1, staleReads: 1)),
      freedByTheLastOwner.under(.totalStoreOrder),
      freedByTheLastOwner.under(.weak),
      interrupted.under(.totalStoreOrder, Faults(timeOuts: 1)),
      interrupted.under(.weak, Faults(timeOuts: 1, staleReads: 1)),
      polling.under(.totalStoreOrder, Faults(timeOuts: 1)),
      polling.under(.weak, Faults(timeOuts: 1, staleReads: 1), preemptions: 3),
    ],
    mutants: [
      Mutation(.relaxed, at: "lock"),
      Mutation(.relaxed, at: "unlock"),
      Mutation(.relaxed, at: "mark"),
      Mutation(.relaxed, at: "lock after polling"),
      Mutation(.torn, at: "unlock"),
      Mutation(.torn, at: "mark"),
      Mutation(.dropped, at: "wake"),
      Mutation(.touches, at: "wake"),
      // Woken, it takes the lock as if nobody else slept.
      Mutation(.replaces(ThreeState.free, by: ThreeState.locked), at: "mark"),
      Mutation(.sleepsUnchecked, at: "sleep"),
      Mutation(.sleepsUnchecked, at: "interruptible sleep"),
      // A time-out leaves with a wake-up that was another's.
      Mutation(.losesWakeUp, at: "sleep"),
      Mutation(.losesWakeUp, at: "interruptible sleep"),
    ])

  private static let twoThreads = scenario(
    "2 x 3", [[lock, timedLock, interruptibleLock], [interruptibleLock, tryLock, lock]])
  private static let threeThreads = scenario("3 x 2", [[lock, lock], [timedLock, lock], [lock, tryLock]])
  private static let fourThreads = scenario("4 x 1", [[lock], [timedLock], [lock], [lock]])
  private static let interrupted = scenario(
    "interrupted", [[interruptibleLock], [lock, interruptMain], [lock]])

  private static let polling = {
    var changed = scenario("polling", [[lock], [timedLock, lock], [lock]])
    changed.spin = SpinBudget(pauses: 2, longestGap: 1)
    return changed
  }()

  private static let releasedByAnother = {
    var changed = scenario(
      "released by another", [[acquire, acquire], [release, release], [acquire, release]])
    // A lock that nobody will release is waited for in vain.
    changed.isLost = { $0.value(of: word) == ThreeState.free }
    changed.atEnd = { world in
      let isLocked = world.value(of: word) != ThreeState.free
      world.require(world.monitor == (isLocked ? 1 : 0), "a release told wrongly whether the lock was locked")
    }
    return changed
  }()

  private static let freedByTheLastOwner = {
    var changed = scenario("freed by the last owner", [[unlockHeld], [lockAndFree], [lockAndFree]])
    changed.initialValues = [ThreeState.locked]
    changed.atEnd = { _ in }
    return changed
  }()

  private static func scenario(_ name: String, _ programs: [[Action]]) -> Scenario {
    var scenario = Scenario("ThreeStateLock, \(name)", programs)
    scenario.atEnd = { world in
      world.require(world.value(of: word) == ThreeState.free, "the word is not as it was before contention")
    }
    return scenario
  }
}

// MARK: The operations, put together as FutexLock does

private func unlockIsDue(_ world: World) -> Bool {
  let former = Algorithm.unlock(word)
  if former == ThreeState.contended { Algorithm.wakeOne(word) }
  return former != ThreeState.free
}

private func useAndUnlock(_ world: World) {
  world.enter()
  world.write()
  world.leave()
  world.require(unlockIsDue(world), "the lock was free when its holder unlocked it")
}

private let lock = Action("lock") { world in
  if !Algorithm.tryLock(word) {
    world.require(Algorithm.lockSlow(word, until: .never), "gave up without a deadline")
  }
  useAndUnlock(world)
}

private let tryLock = Action("try") { world in
  if Algorithm.tryLock(word) { useAndUnlock(world) }
}

private let timedLock = Action("timed lock") { world in
  if Algorithm.tryLock(word) || Algorithm.lockSlow(word, until: soon) { useAndUnlock(world) }
}

private struct Interrupted: Error {}

private let interruptibleLock = Action("interruptible lock") { world in
  if !Algorithm.tryLock(word) {
    do throws(Interrupted) {
      let isTaken = try Algorithm.lockInterruptibly(word, until: soon) { () throws(Interrupted) in
        if World.current.interrupts > 0 { throw Interrupted() }
      }
      if !isTaken { return }
    } catch {
      return
    }
  }
  useAndUnlock(world)
}

private let interruptMain = Action("interrupt the main thread") { $0.interruptMain() }

/// Any thread may release what another has acquired; the monitor counts what is held.
private let acquire = Action("acquire") { world in
  guard Algorithm.tryLock(word) || Algorithm.lockSlow(word, until: soon) else { return }
  world.require(world.monitor == 0, "acquired what was not released")
  world.monitor = 1
}

private let release = Action("release") { world in
  // The release takes effect within the call: what is counted then is the state before or after it.
  let former = Algorithm.unlock(word)
  world.require(
    world.monitor == (former == ThreeState.free ? 0 : 1), "a release told wrongly whether it was due")
  world.monitor = 0
  if former == ThreeState.contended { Algorithm.wakeOne(word) }
}

private let unlockHeld = Action("unlock") { world in
  world.write()
  world.require(unlockIsDue(world), "the lock was free when its holder unlocked it")
}

/// The second to come is the last.
private let lockAndFree = Action("lock, and free if last") { world in
  if !Algorithm.tryLock(word) { _ = Algorithm.lockSlow(word, until: .never) }
  world.write()
  world.monitor += 1
  if world.monitor == 2 { return world.free(word) }
  world.require(unlockIsDue(world), "the lock was free when its holder unlocked it")
}
