import CCoroutine
import FastLock

/// The simulated computer in which a scenario runs. A handle: all state is behind it.
package struct World {
  let state: UnsafeMutablePointer<WorldState>

  /// The one whose thread is running.
  package static var current: World {
    guard let state = ccoroutine_context() else { fatalError("a simulated machine outside an exploration") }
    return World(state: state.assumingMemoryBound(to: WorldState.self))
  }

  /// The index of the running thread.
  package var thread: Int { state.pointee.current }

  var running: UnsafeMutablePointer<ThreadState> { state.pointee.threads + state.pointee.current }

  // MARK: Taking turns

  /// To be called before each operation on what threads share: others may go first.
  func takeTurn() {
    state.pointee.steps += 1
    if state.pointee.steps > Limits.steps { fail(.endless) }
    // Whoever chose a thread that had not begun meant its first operation.
    if running.pointee.hasBegun { pause() }
    running.pointee.hasBegun = true
  }

  /// Leaves the running thread until it is chosen again.
  func pause() {
    let coroutines = state.pointee.coroutines
    coroutines[thread].leave(for: coroutines[Limits.threads])
  }

  /// Lets things happen until the run ends. Executed on the explorer's own stack.
  func play() -> Ending {
    while state.pointee.ending == nil {
      let count = collectOptions()
      if let ending = state.pointee.ending { return ending }
      guard count > 0 else { return .completed }
      if count > 1, state.pointee.search.pointee.isAtFrontier,
        !state.pointee.search.pointee.remember(fingerprint())
      {
        return .pruned
      }
      perform(state.pointee.options[state.pointee.search.pointee.choose(among: count, state.pointee.options)])
    }
    return state.pointee.ending ?? .completed
  }

  private func perform(_ option: Option) {
    switch option {
    case .step(let next):
      if state.pointee.boundsPreemptions, next != thread, isReady(thread) {
        state.pointee.preemptionsLeft -= 1
      }
      state.pointee.current = next
      let coroutines = state.pointee.coroutines
      coroutines[Limits.threads].leave(for: coroutines[next])
    case .drain(let thread):
      drainOldestStore(of: thread)
    case .endWait(let thread, let outcome):
      if outcome == .timedOut {
        if state.pointee.faults.timeOuts > 0 { state.pointee.faults.timeOuts -= 1 }
        state.pointee.now = max(state.pointee.now, state.pointee.threads[thread].deadline)
      } else {
        state.pointee.faults.spuriousReturns -= 1
      }
      log { "T\(thread)'s wait ends: \(outcome)" }
      if outcome != .timedOut { noteAccident(outcome, to: thread) }
      endWait(of: thread, outcome)
    case .stop(let thread, let staysAsleep):
      log { "T\(thread) stops for ever" }
      state.pointee.faults.stops -= 1
      if state.pointee.threads[thread].status == .asleep, !staysAsleep { endWait(of: thread, .woken) }
      state.pointee.threads[thread].isStopped = true
      // The promise is made to those who run.
      takePlace(of: thread)
    }
  }

  /// What may happen next; going on with the running thread comes first.
  private func collectOptions() -> Int {
    let options = state.pointee.options
    let me = state.pointee.current
    var count = 0
    func add(_ option: Option) {
      options[count] = option
      count += 1
    }
    let canGoOn = isReady(me)
    if canGoOn { add(.step(me)) }
    if !canGoOn || !state.pointee.boundsPreemptions || state.pointee.preemptionsLeft > 0 {
      for thread in 0..<state.pointee.threadCount
      where thread != me && isReady(thread) {
        add(.step(thread))
      }
    }
    for thread in 0..<state.pointee.threadCount where state.pointee.threads[thread].pendingStoreCount > 0 {
      add(.drain(thread))
    }
    let isStuck = count == 0 && isAnybodyWaiting
    // What a deadline or an accident may still mend is lost all the same. Beside one that has stopped it is not.
    if isStuck && !hasAnybodyStopped && state.pointee.scenario.pointee.isLost(self) {
      note(.lostWakeUp)
      return 0
    }
    for position in 0..<state.pointee.sleeperCount {
      let thread = Int(state.pointee.sleepers[position])
      if state.pointee.threads[thread].isStopped { continue }
      if state.pointee.faults.timeOuts > 0 || isStuck, mayTimeOut(thread) {
        add(.endWait(thread, .timedOut))
      }
      if state.pointee.faults.spuriousReturns > 0 {
        add(.endWait(thread, .woken))
        add(.endWait(thread, .interrupted))
        add(.endWait(thread, .valueChanged))
      }
    }
    if isStuck && count == 0 { note(.lostWakeUp) }
    if count > 0 && state.pointee.faults.stops > 0 {
      for thread in 0..<state.pointee.threadCount
      where state.pointee.threads[thread].isWaiting && state.pointee.threads[thread].hasBegun {
        add(.stop(thread, asleep: false))
        if state.pointee.threads[thread].status == .asleep { add(.stop(thread, asleep: true)) }
      }
    }
    return count
  }

  private func isReady(_ thread: Int) -> Bool {
    state.pointee.threads[thread].status == .ready && !state.pointee.threads[thread].isStopped
  }

  private var isAnybodyWaiting: Bool {
    (0..<state.pointee.sleeperCount).contains {
      !state.pointee.threads[Int(state.pointee.sleepers[$0])].isStopped
    }
  }

  /// Whether a thread has stopped for ever.
  package var hasAnybodyStopped: Bool {
    state.pointee.faults.stops < state.pointee.scenario.pointee.faults.stops
  }

  /// The threads that a scenario calls patient sleep among the ordinary until they are woken. Where order is judged, sleeps
  /// end in the order of their deadlines: waiters keep their places by the times of their looks.
  private func mayTimeOut(_ thread: Int) -> Bool {
    let deadline = state.pointee.threads[thread].deadline
    guard deadline != .max else { return false }
    if state.pointee.overtaking != nil, isAnySleepToEnd(before: thread) { return false }
    return state.pointee.threads[thread].sleepBits != Sleepers.ordinary.bits
      || !state.pointee.scenario.pointee.patientThreads.contains(thread)
  }

  /// Of those that end at the same time the one that began first ends first.
  private func isAnySleepToEnd(before thread: Int) -> Bool {
    let deadline = state.pointee.threads[thread].deadline
    var hasPassedThread = false
    for position in 0..<state.pointee.sleeperCount {
      let sleeper = Int(state.pointee.sleepers[position])
      hasPassedThread = hasPassedThread || sleeper == thread
      let its = state.pointee.threads[sleeper].deadline
      if state.pointee.threads[sleeper].isStopped { continue }
      if state.pointee.threads[sleeper].sleepBits == Sleepers.ordinary.bits { continue }
      if its < deadline || its == deadline && !hasPassedThread { return true }
    }
    return false
  }

  /// Ends the run. The stacks of its threads are never returned to.
  package func fail(_ violation: Violation) -> Never {
    note(violation)
    pause()
    fatalError("a run that had ended went on")
  }

  /// As ``fail(_:)``, outside the threads.
  func note(_ violation: Violation) {
    log { "VIOLATION: \(violation)" }
    state.pointee.ending = .violated(violation)
  }

  // MARK: What happens inside a step

  /// Decides among `count` ways in which an operation may go; the first is the usual one.
  func choose(among count: Int) -> Int {
    state.pointee.search.pointee.choose(among: count)
  }

  /// What is wrong with the operation labelled so, if anything.
  func mutation(at site: StaticString) -> Mutation.Kind? {
    guard let mutation = state.pointee.mutation, mutation.pointee.concerns(site) else { return nil }
    return mutation.pointee.kind
  }

  func log(_ text: () -> String) {
    guard state.pointee.isReplay else { return }
    let message = text()
    state.pointee.trace.pointee.append("T\(state.pointee.current)  \(message)")
  }
}
