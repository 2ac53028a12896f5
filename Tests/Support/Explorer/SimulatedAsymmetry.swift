package import FastLock

extension Simulated: AsymmetricMachine {
  package static func prefetchForWrite(_ word: Word) {}

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
    if old != value {
      let new = world.value(of: word)
      world.noteChange(from: access.replace(in: new, by: old), to: new, at: site)
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

  package static var quietUnlocks: UInt32 { 2 }
}
