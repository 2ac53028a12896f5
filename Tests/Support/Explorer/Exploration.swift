import CCoroutine

/// What came of running a scenario in many ways.
package struct Exploration: Sendable {
  package struct Failure: Sendable {
    package let violation: Violation
    /// What happened, step by step.
    package let trace: [String]
    /// The choices that lead there.
    package let schedule: String
  }

  package let scenario: Scenario
  package let mutation: Mutation?
  /// Runs, those included that ended where an earlier one had been.
  package fileprivate(set) var schedules = 0
  /// Different states at which there was a choice.
  package fileprivate(set) var states = 0
  package fileprivate(set) var mostSteps = 0
  package fileprivate(set) var failure: Failure?
  package fileprivate(set) var time = Duration.zero

  /// Explores all ways, up to the first that violates anything.
  package static func explore(_ scenario: Scenario, mutation: Mutation? = nil) -> Exploration {
    run(scenario, mutation, Search(.depthFirst), limit: .max)
  }

  /// Explores `runs` ways chosen at random.
  package static func sample(
    _ scenario: Scenario, mutation: Mutation? = nil, runs: Int, seed: UInt64
  ) -> Exploration {
    run(scenario, mutation, Search(.random, seed: seed), limit: runs)
  }

  /// Goes one way once more.
  package static func replay(_ scenario: Scenario, mutation: Mutation? = nil, schedule: String) -> Exploration
  {
    run(scenario, mutation, Search(replaying: schedule), limit: 1)
  }

  private static func run(
    _ scenario: Scenario, _ mutation: Mutation?, _ search: Search, limit: Int
  ) -> Exploration {
    var result = Exploration(scenario: scenario, mutation: mutation)
    let isReplay = search.strategy == .replay
    let stage = Stage(scenario, mutation, search)
    defer { stage.destroy() }
    let clock = ContinuousClock()
    let start = clock.now
    repeat {
      let violation = stage.run(isReplay: isReplay)
      result.schedules += 1
      result.mostSteps = max(result.mostSteps, stage.world.state.pointee.steps)
      if let violation {
        let schedule = stage.world.state.pointee.search.pointee.schedule
        result.failure =
          isReplay
          ? Failure(violation: violation, trace: stage.world.state.pointee.trace.pointee, schedule: schedule)
          : replay(scenario, mutation: mutation, schedule: schedule).failure
        if result.failure?.violation != violation { fatalError("a replay of \(schedule) went another way") }
        break
      }
    } while result.schedules < limit && stage.world.state.pointee.search.pointee.advance()
    result.states = stage.world.state.pointee.search.pointee.visited.count
    result.time = clock.now - start
    return result
  }
}

extension Exploration: CustomStringConvertible {
  package var description: String {
    let subject = "\(scenario)\(mutation.map { ", with \($0)" } ?? "")"
    guard let failure else {
      return "\(subject): \(schedules) schedules, \(states) states, nothing violated"
    }
    return """
      \(subject): \(failure.violation), after \(schedules) schedules
      \(failure.trace.map { "  \($0)" }.joined(separator: "\n"))
      replay with schedule: "\(failure.schedule)"
      """
  }
}

/// A world with its stacks, in which one scenario is run again and again.
private struct Stage {
  private static let stackSize = 128 << 10

  let world: World
  private let scenario: Scenario

  init(_ scenario: Scenario, _ mutation: Mutation?, _ search: Search) {
    precondition(scenario.programs.count <= Limits.threads, "more threads than a world has")
    self.scenario = scenario
    world = World(state: .allocate(capacity: 1))
    world.state.initialize(to: WorldState())
    let state = world.state.pointee
    state.search.initialize(to: search)
    state.trace.initialize(to: [])
    state.scenario.initialize(to: scenario)
    for (thread, program) in scenario.programs.enumerated() {
      let copy = UnsafeMutableBufferPointer<Action>.allocate(capacity: program.count)
      _ = copy.initialize(from: program)
      (state.programs + thread).initialize(to: copy)
      (state.coroutines + thread).initialize(to: Coroutine(stackSize: Self.stackSize))
    }
    (state.coroutines + Limits.threads).initialize(to: .ofThread())
    world.state.pointee.threadCount = scenario.programs.count
    world.state.pointee.model = scenario.model
    world.state.pointee.boundsPreemptions = scenario.preemptions != nil
    world.state.pointee.wakesInOrder = scenario.wakesInOrder
    world.state.pointee.overtaking = scenario.overtaking
    world.state.pointee.spin = scenario.spin
    if let mutation {
      world.state.pointee.mutation = .allocate(capacity: 1)
      world.state.pointee.mutation?.initialize(to: mutation)
    }
  }

  /// One run; what it violated, if anything.
  func run(isReplay: Bool) -> Violation? {
    let formerContext = ccoroutine_context()
    ccoroutine_set_context(world.state)
    defer { ccoroutine_set_context(formerContext) }
    reset()
    world.state.pointee.isReplay = isReplay
    world.state.pointee.search.pointee.beginRun()
    switch world.play() {
    case .violated(let violation): return violation
    case .pruned: return nil
    case .completed: return checkEnd()
    }
  }

  /// The scenario's last word is spoken by a thread of its own, as it may use the lock once more.
  private func checkEnd() -> Violation? {
    world.state.pointee.threads[0] = ThreadState()
    // Who still sleeps has stopped.
    world.state.pointee.sleeperCount = 0
    world.state.pointee.overtaking = nil
    world.learnAll(0)
    world.state.pointee.coroutines[0].reset(
      { _ in
        World.current.state.pointee.scenario.pointee.atEnd(.current)
        World.current.finish()
      }, UnsafeMutableRawPointer(world.state))
    guard case .violated(let violation) = world.play() else { return nil }
    return violation
  }

  private func reset() {
    let state = world.state
    state.pointee.current = 0
    state.pointee.faults = scenario.faults
    state.pointee.preemptionsLeft = scenario.preemptions ?? .max
    state.pointee.steps = 0
    state.pointee.systemCalls = 0
    state.pointee.now = 0
    state.pointee.interrupts = 0
    state.pointee.inside = 0
    state.pointee.monitor = 0
    state.pointee.sequentialView = View()
    state.pointee.sleeperCount = 0
    state.pointee.ending = nil
    state.pointee.isHeadAbsent = false
    state.pointee.overtaking = scenario.overtaking
    for thread in 0..<scenario.programs.count {
      (state.pointee.threads + thread).initialize(to: ThreadState())
      // A thread's own component is never behind what others know of it.
      state.pointee.threads[thread].clock[thread] = 1
      state.pointee.coroutines[thread].reset({ _ in World.runProgram() }, UnsafeMutableRawPointer(state))
    }
    for word in 0..<Limits.words {
      let value = word < scenario.initialValues.count ? scenario.initialValues[word] : 0
      (state.pointee.words + word).initialize(to: WordState(value: value))
      (state.pointee.versions + word * Limits.versions).initialize(to: Version(value: value))
      for byte in 0..<4 { (state.pointee.clocks + word * 4 + byte).initialize(to: VectorClock()) }
    }
    for index in 0..<Limits.data { (state.pointee.data + index).initialize(to: DataState()) }
  }

  func destroy() {
    let state = world.state.pointee
    for thread in 0..<scenario.programs.count {
      state.programs[thread].deinitialize().deallocate()
      state.coroutines[thread].destroy()
    }
    state.coroutines[Limits.threads].destroy()
    state.search.pointee.destroy()
    state.trace.deinitialize(count: 1)
    state.mutation?.deinitialize(count: 1)
    state.mutation?.deallocate()
    state.scenario.deinitialize(count: 1)
    state.scenario.deallocate()
    state.threads.deallocate()
    state.coroutines.deallocate()
    state.pendingStores.deallocate()
    state.words.deallocate()
    state.clocks.deallocate()
    state.versions.deallocate()
    state.data.deallocate()
    state.sleepers.deallocate()
    state.options.deallocate()
    state.programs.deallocate()
    state.search.deallocate()
    state.trace.deallocate()
    world.state.deallocate()
  }
}

extension World {
  fileprivate func finish() -> Never {
    running.pointee.status = .finished
    pause()
    fatalError("a thread that had ended went on")
  }

  /// The life of the running thread.
  fileprivate static func runProgram() -> Never {
    let world = World.current
    let program = world.state.pointee.programs[world.thread]
    for index in 0..<program.count {
      world.running.pointee.operation = UInt8(index)
      program[index].run(world)
    }
    world.finish()
  }
}
