package import FastLock

extension Simulated: AsymmetricMachine {
  package static func compareExchange(
    _ word: Word, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool {
    let world = World.current
    world.takeTurn()
    let mutation = world.mutation(at: site)
    var new = desired
    if case .writes(let other) = mutation { new = other }
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
    world.log {
      "compareExchange \"\(site)\": \(world.hexadecimal(old))"
        + (isDone ? " becomes \(world.hexadecimal(new))" : " is not \(world.hexadecimal(expected))")
    }
    return isDone
  }

  // MARK: Bytes

  package static func loadByte(_ byte: LockByte, of word: Word, at site: StaticString) -> UInt8 {
    let world = World.current
    world.takeTurn()
    let mutation = world.mutation(at: site)
    var value = world.load(Access(word, byte: byte.rawValue), acquiring: false)
    if mutation == .dropped { value = 0 }
    world.log { "load byte \(byte.rawValue) \"\(site)\": \(world.hexadecimal(value))" }
    return UInt8(value)
  }

  package static func storeByte(_ value: UInt8, to byte: LockByte, of word: Word, at site: StaticString) {
    let world = World.current
    world.takeTurn()
    let mutation = world.mutation(at: site)
    world.log { "store byte \(byte.rawValue) \"\(site)\": \(value)" }
    world.store(UInt32(value), to: Access(word, byte: byte.rawValue), releasing: mutation != .relaxed)
  }

  package static func exchangeByte(
    _ byte: LockByte, of word: Word, with value: UInt8, at site: StaticString
  ) -> UInt8 {
    let world = World.current
    world.takeTurn()
    let access = Access(word, byte: byte.rawValue)
    let old: UInt32
    switch world.mutation(at: site) {
    case .torn:
      old = world.load(access, acquiring: true)
      world.takeTurn()
      world.store(UInt32(value), to: access, releasing: false)
    case let mutation:
      old = world.modify(access, acquiring: mutation != .relaxed, releasing: false) { _ in UInt32(value) }
    }
    world.log { "exchange byte \(byte.rawValue) \"\(site)\": \(old) becomes \(value)" }
    return UInt8(old)
  }

  package static func processBarrier(at site: StaticString) -> Bool {
    let world = World.current
    world.takeTurn()
    world.state.pointee.systemCalls += 1
    if world.mutation(at: site) == .dropped { return true }
    if world.state.pointee.faults.refusals > 0, world.choose(among: 2) == 1 {
      world.state.pointee.faults.refusals -= 1
      world.log { "process barrier \"\(site)\" is refused" }
      return false
    }
    world.log { "process barrier \"\(site)\"" }
    world.fenceAll()
    return true
  }

  // MARK: Sleeping

  package static func wait(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome {
    World.current.takeTurn()
    return sleep(word, while: expected, until: deadline, bits: sleepers.bit, interruptibly: false, at: site)
  }

  package static func wake(_ word: Word, count: Int32, among sleepers: Sleepers, at site: StaticString)
    -> Int32
  {
    let world = World.current
    world.takeTurn()
    var count = count
    var bits = sleepers.bit
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

  package static var forkGeneration: UInt32 { 0 }

  package static var quietUnlocks: UInt32 { 2 }
}

extension Sleepers {
  fileprivate var bit: UInt32 { self == .ordinary ? 1 : 2 }
}
