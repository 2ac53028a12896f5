/// A 64-bit hash of a world's state. With ten million states the chance that any two of them share one is below one in
/// a hundred thousand.
struct Fingerprint {
  private(set) var value: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func add(_ word: UInt64) {
    value = Self.mix(value, word)
  }

  mutating func add(_ view: View) {
    let halves = unsafeBitCast(view, to: SIMD2<UInt64>.self)
    add(halves[0])
    add(halves[1])
  }

  static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    var mixed = (hash << 29 | hash >> 35) ^ (word &* 0x9fb2_1c65_1e98_df25)
    mixed = (mixed ^ mixed >> 32) &* 0xd6e8_feb8_6659_fd93
    return mixed ^ mixed >> 32
  }
}

extension World {
  /// Two worlds with the same fingerprint go on alike: where a thread is and what its variables hold is on its stack.
  func fingerprint() -> UInt64 {
    var print = Fingerprint()
    let world = state.pointee
    if world.boundsPreemptions { print.add(UInt64(world.preemptionsLeft) << 8 | UInt64(world.current)) }
    let faults = world.faults
    print.add(UInt64(faults.timeOuts) | UInt64(faults.spuriousReturns) << 8 | UInt64(faults.refusals) << 16)
    print.add(UInt64(faults.staleReads ?? 0) | UInt64(faults.stops) << 8 | UInt64(world.inside) << 32)
    print.add(world.isHeadAbsent ? 1 : 0)
    print.add(world.monitor)
    print.add(world.now)
    print.add(UInt64(world.interrupts))
    for thread in 0..<world.threadCount { add(thread, to: &print) }
    for position in 0..<world.sleeperCount { print.add(UInt64(sleeper(at: position))) }
    switch world.model {
    case .totalStoreOrder: addMemoryInOrder(to: &print)
    case .weak: addVersions(to: &print)
    }
    return print.value
  }

  /// Where a wake-up takes any sleeper, the order of sleepers does not matter.
  private func sleeper(at position: Int) -> UInt8 {
    state.pointee.wakesInOrder ? state.pointee.sleepers[position] : 0
  }

  private func add(_ index: Int, to print: inout Fingerprint) {
    let thread = state.pointee.threads[index]
    guard thread.status != .finished || thread.pendingStoreCount > 0 else { return print.add(0xdead) }
    print.add(
      UInt64(thread.status.rawValue) | UInt64(thread.operation) << 8 | UInt64(thread.sleepsAt) << 16
        | UInt64(thread.pendingStoreCount) << 24 | UInt64(thread.notes) << 32)
    print.add(thread.starvation.fingerprint)
    print.add((thread.isWaiting ? 1 : 0) | (thread.isStopped ? 2 : 0))
    if thread.hasBegun { for word in state.pointee.coroutines[index].stack { print.add(word) } }
    print.add(knowledge(in: thread.clock))
    if thread.status == .asleep {
      print.add(UInt64(thread.sleepBits) | (thread.isInterruptible ? 1 << 32 : 0))
      print.add(UInt64(thread.sleepsWhile))
      print.add(thread.deadline)
    } else {
      print.add(UInt64(thread.outcome.code))
    }
  }

  /// What a clock can still decide: of which of the last accesses to data it knows. All else in it is past.
  func knowledge(in clock: VectorClock) -> UInt64 {
    var known: UInt64 = 0
    for index in 0..<Limits.data {
      let data = state.pointee.data + index
      known = known << 1 | (clock[Int(data.pointee.lastWriter)] >= data.pointee.lastWrite ? 1 : 0)
      for thread in 0..<state.pointee.threadCount {
        known = known << 1 | (clock[thread] >= data.pointee.reads[thread] ? 1 : 0)
      }
    }
    return known
  }

  private func addMemoryInOrder(to print: inout Fingerprint) {
    for index in 0..<Limits.words {
      let word = state.pointee.words[index]
      print.add(UInt64(word.value) << 1 | (word.isAlive ? 1 : 0))
      for byte in 0..<4 { print.add(knowledge(in: state.pointee.clocks[index * 4 + byte])) }
    }
    for thread in 0..<state.pointee.threadCount {
      for index in 0..<Int(state.pointee.threads[thread].pendingStoreCount) {
        let store = state.pointee.pendingStores[thread * Limits.pendingStores + index]
        print.add(UInt64(store.value) << 16 | UInt64(store.access.word) << 8 | UInt64(store.access.firstByte))
        print.add(knowledge(in: store.clock))
      }
    }
  }
}
