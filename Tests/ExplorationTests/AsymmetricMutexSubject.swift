import Explorer
import FastLock

private typealias Algorithm = AsymmetricMutex<Simulated>

private let word = SimulatedWord(0)

extension Subject {
  static let asymmetricMutex = Subject(
    algorithm: "AsymmetricMutex",
    scenarios: [
      twoThreads.under(
        .totalStoreOrder, Faults(timeOuts: 2, spuriousReturns: 1, refusals: 1), preemptions: 4),
      twoThreads.under(.weak, Faults(timeOuts: 2, refusals: 1, staleReads: 1), preemptions: 5),
      threeThreads.under(.totalStoreOrder, Faults(timeOuts: 1), preemptions: 4),
      threeThreads.under(.weak, Faults(timeOuts: 1, staleReads: 1), preemptions: 3),
      threeOnce.under(
        .totalStoreOrder, Faults(timeOuts: 2, spuriousReturns: 1, refusals: 1), preemptions: 3),
      fourThreads.under(.totalStoreOrder, Faults(timeOuts: 1), preemptions: 4),
      fourThreads.under(.weak, Faults(timeOuts: 1, staleReads: 1), preemptions: 3),
      starving.under(.totalStoreOrder, Faults(timeOuts: 2), preemptions: 4),
      starving.under(.weak, Faults(timeOuts: 2, staleReads: 1), preemptions: 3),
      inOrder.under(.totalStoreOrder, Faults(timeOuts: 3), preemptions: 3),
      besidePatient.under(.totalStoreOrder, Faults(timeOuts: 2), preemptions: 3),
      besideStopped.under(.totalStoreOrder, Faults(timeOuts: 1, stops: 1), preemptions: 2),
    ],
    mutants: [
      Mutation(.relaxed, at: "lock"),
      Mutation(.relaxed, at: "unlock"),
      Mutation(.relaxed, at: "unlock slowly"),
      Mutation(.relaxed, at: "take"),
      Mutation(.torn, at: "lock"),
      Mutation(.torn, at: "take"),
      Mutation(.dropped, at: "barrier"),
      Mutation(.dropped, at: "flags after unlock"),
      Mutation(.dropped, at: "wake"),
      Mutation(.dropped, at: "wake head"),
      Mutation(.wakesOthers, at: "wake head"),
      Mutation(.dropped, at: "wake heads"),
      // Nobody calls the next.
      Mutation(.dropped, at: "call"),
      Mutation(.wakesOthers, at: "call"),
      // There is no queue.
      Mutation(.joinsOrdinary, at: "sleep"),
      Mutation(.clears(MutexWord.parked), at: "take"),
      Mutation(.clears(MutexWord.symmetric), at: "unlock slowly"),
      Mutation(.clears(MutexWord.unconfirmed), at: "unconfirm"),
      Mutation(.dropped, at: "wake all"),
      Mutation(.sleepsUnchecked, at: "sleep"),
      Mutation(.losesWakeUp, at: "sleep"),
      Mutation(.skipped, at: "leave"),
      Mutation(.skipped, at: "after unlock"),
      Mutation(.dropped, at: "begin to count"),
    ])

  private static let twoThreads = scenario("2 x 3", [[lock, timedLock, lock], [lateLock, tryLock, lock]])
  private static let threeOnce = scenario("3 x 1", [[lock], [timedLock], [lock]])
  private static let threeThreads = scenario("3 x 2", [[lock, lock], [timedLock, lock], [lock, tryLock]])
  private static let fourThreads = scenario("4 x 1", [[lock], [timedLock], [lock], [tryLock]])
  private static let starving = scenario("starving", [[lateLock], [lock, lock], [lock, lock]])

  /// One other: whoever takes the lock after a plain unlock that was under way.
  private static let inOrder = {
    var changed = scenario("in order", [[lock, lock], [lock], [lock]])
    changed.wakesInOrder = true
    changed.overtaking = Overtaking(others: 1, unlocksBesideSleeper: 3)
    return changed
  }()

  private static let besidePatient = {
    var changed = scenario("beside a patient one", [[lock, lock], [lock, lock], [lock]])
    changed.wakesInOrder = true
    changed.patientThreads = [2]
    changed.overtaking = Overtaking(others: 1, unlocksBesideSleeper: 3)
    return changed
  }()

  private static let besideStopped = {
    var changed = scenario("beside one that has stopped", [[lock], [lock], [lock]])
    changed.atEnd = { world in
      world.require(Algorithm.lockSlow(word, until: .never), "gave up without a deadline")
      unlock(world)
    }
    return changed
  }()

  private static func scenario(_ name: String, _ programs: [[Action]]) -> Scenario {
    var scenario = Scenario("AsymmetricMutex, \(name)", programs)
    // Who fell asleep after a barrier was refused sleeps for a short time, and needs to.
    scenario.isLost = { !$0.allSleepWith(MutexWord.unconfirmed) }
    scenario.atEnd = { world in
      world.require(!Algorithm.isLocked(word), "left locked")
      var calls = 0
      for pair in 0...Simulated.quietUnlocks + 1 {
        world.require(Algorithm.lock(word), "free, and not to be had")
        unlock(world)
        if pair == 0 { calls = world.systemCalls }
      }
      world.require(world.systemCalls == calls, "system calls long after contention")
      let rest = Simulated.load(word, .relaxed, at: "after contention")
      world.require(
        rest == 0 || rest == MutexWord.symmetric | MutexWord.kept,
        "the word is not as it was before contention")
    }
    return scenario
  }
}

// MARK: The actions, put together as MutexLock does

private func unlock(_ world: World) {
  switch Algorithm.unlock(word) {
  case .done: break
  case .held: Algorithm.unlockSlow(word)
  case .released: Algorithm.unlockSlowAfterRelease(word)
  }
}

private func useAndUnlock(_ world: World) {
  world.enter()
  world.write()
  world.leave()
  unlock(world)
  world.noteUnlock()
}

private let (lock, tryLock, timedLock, lateLock) = lockActions(
  lockFast: { Algorithm.lock(word) }, tryLock: { Algorithm.tryLock(word) },
  lockSlow: { Algorithm.lockSlow(word, until: $0) }, useAndUnlock: useAndUnlock)
