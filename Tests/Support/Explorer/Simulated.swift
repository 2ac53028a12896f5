package import FastLock

/// The machine on which an exploration runs the algorithms of the library, unchanged.
package enum Simulated: Machine {
  package typealias Word = SimulatedWord

  package static func load(_ word: Word, _ order: LoadOrder, at site: StaticString) -> UInt32 {
    let world = World.current
    world.takeTurn()
    let mutation = world.mutation(at: site)
    let value = world.load(Access(word), acquiring: order == .acquiring && mutation != .relaxed)
    world.log { "load \"\(site)\": \(world.hexadecimal(value))" }
    return value
  }

  /// No look takes longer than another.
  package static func timedLoad(_ word: Word, at site: StaticString) -> (value: UInt32, ticks: UInt32) {
    (load(word, .relaxed, at: site), 0)
  }

  package static func store(_ value: UInt32, to word: Word, _ order: StoreOrder, at site: StaticString) {
    let world = World.current
    world.takeTurn()
    let mutation = world.mutation(at: site)
    world.log { "store \"\(site)\": \(world.hexadecimal(value))" }
    world.store(value, to: Access(word), releasing: order == .releasing && mutation != .relaxed)
  }

  package static func exchange(_ word: Word, with value: UInt32, at site: StaticString) -> UInt32 {
    let world = World.current
    world.takeTurn()
    let mutation = world.mutation(at: site)
    let old: UInt32
    if mutation == .torn {
      old = world.load(Access(word), acquiring: false)
      world.takeTurn()
      world.store(value, to: Access(word), releasing: true)
    } else {
      old = world.modify(Access(word), acquiring: false, releasing: mutation != .relaxed) { _ in value }
    }
    world.log { "exchange \"\(site)\": \(world.hexadecimal(old)) becomes \(world.hexadecimal(value))" }
    return old
  }

  package static func compareExchange(
    _ word: Word, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool {
    let world = World.current
    world.takeTurn()
    let mutation = world.mutation(at: site)
    var new = desired
    if case .clears(let bits) = mutation { new &= ~bits }
    let old: UInt32
    switch mutation {
    case .dropped: return false
    case .skipped: return true
    case .torn:
      old = world.load(Access(word), acquiring: true)
      world.takeTurn()
      if old == expected { world.store(new, to: Access(word), releasing: false) }
    default:
      let ordered = mutation != .relaxed
      old = world.modify(
        Access(word), acquiring: ordered && order == .acquiring, releasing: ordered && order == .releasing
      ) { $0 == expected ? new : nil }
    }
    let isDone = old == expected
    if isDone { world.noteChange(from: old, to: new, at: site) }
    world.log {
      "compareExchange \"\(site)\": \(world.hexadecimal(old))"
        + (isDone ? " becomes \(world.hexadecimal(new))" : " is not \(world.hexadecimal(expected))")
    }
    return isDone
  }

  package static func wait(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome {
    World.current.takeTurn()
    return sleep(word, while: expected, until: deadline, among: sleepers, interruptibly: false, at: site)
  }

  package static func waitInterruptibly(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    watching interrupts: inout InterruptWatch, at site: StaticString
  ) -> WaitOutcome {
    let world = World.current
    world.takeTurn()
    if world.thread == 0, world.state.pointee.interrupts != interrupts.seen {
      interrupts.seen = world.state.pointee.interrupts
      return .interrupted
    }
    return sleep(word, while: expected, until: deadline, among: sleepers, interruptibly: true, at: site)
  }

  private static func sleep(
    _ word: Word, while expected: UInt32, until deadline: Deadline, among sleepers: Sleepers,
    interruptibly: Bool,
    at site: StaticString
  ) -> WaitOutcome {
    let world = World.current
    let mutation = world.mutation(at: site)
    world.state.pointee.systemCalls += 1
    world.log { "wait \"\(site)\" while \(world.hexadecimal(expected))" }
    var sleepers = sleepers
    var deadline = deadline
    if mutation == .joinsOrdinary, case .starving = sleepers {
      sleepers = .ordinary
      deadline = .never
    }
    var outcome = world.wait(
      word, while: expected, until: deadline, bits: sleepers.bits, interruptibly: interruptibly,
      unchecked: mutation == .sleepsUnchecked)
    if mutation == .losesWakeUp, outcome == .woken, deadline != .never { outcome = .timedOut }
    world.log { "wait \"\(site)\" returns \(outcome)" }
    return outcome
  }

  package static func wake(_ word: Word, count: Int32, among sleepers: Sleepers, at site: StaticString)
    -> Int32
  {
    let world = World.current
    world.takeTurn()
    var count = count
    var bits = sleepers.bits
    switch world.mutation(at: site) {
    case .dropped: return 0
    case .wakes(let fewer): count = fewer
    case .wakesOthers: bits = ~bits
    case .touches: _ = world.load(Access(word), acquiring: false)
    default: break
    }
    world.log { "wake \"\(site)\"" }
    world.state.pointee.systemCalls += 1
    return world.wake(word, count: count, bits: bits)
  }

  package static func interruptCount() -> InterruptCount {
    let world = World.current
    world.takeTurn()
    return world.state.pointee.interrupts
  }

  /// Time passes in waits alone.
  package static func now() -> Deadline { Deadline(nanoseconds: World.current.state.pointee.now) }

  package static func pause() {}

  package static func draw(below bound: UInt32) -> UInt32 { 0 }

  package static func mayPoll() -> Bool { true }

  package static func spinBudget() -> SpinBudget { World.current.state.pointee.spin }

  package static var forkGeneration: UInt32 { 0 }

  /// The lowest, and fewest: each more multiplies the schedules.
  package static var highestRank: UInt32 { 1 }

  package static var unlocksOfShortSections: UInt32 { 2 }
}

extension WaitOutcome {
  var code: UInt32 {
    switch self {
    case .woken: 0
    case .valueChanged: 1
    case .timedOut: 2
    case .interrupted: 3
    }
  }
}
