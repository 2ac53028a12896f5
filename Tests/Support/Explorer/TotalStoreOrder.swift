/// Memory as x86 has it; see ``MemoryModel/totalStoreOrder``.
extension World {
  func loadInOrder(_ access: Access, acquiring: Bool) -> UInt32 {
    var value = state.pointee.words[access.word].value
    // Newer stores of the thread itself lie over what memory holds.
    for index in 0..<Int(running.pointee.pendingStoreCount) {
      let store = pendingStore(index, of: thread)
      if store.pointee.access.word == access.word {
        value = store.pointee.access.replace(in: value, by: store.pointee.value)
      }
    }
    if acquiring { acquireInOrder(access) }
    return access.extract(from: value)
  }

  func storeInOrder(_ value: UInt32, to access: Access, releasing: Bool) {
    if running.pointee.pendingStoreCount == Limits.pendingStores { drainOldestStore(of: thread) }
    pendingStore(Int(running.pointee.pendingStoreCount), of: thread).initialize(
      to: PendingStore(access: access, value: value, clock: releasing ? releaseClock() : VectorClock()))
    running.pointee.pendingStoreCount += 1
  }

  /// Nil as the replacement leaves memory as it is.
  func modifyInOrder(
    _ access: Access, acquiring: Bool, releasing: Bool, _ replacement: (UInt32) -> UInt32?
  ) -> UInt32 {
    drainAllStores(of: thread)
    let word = state.pointee.words + access.word
    let old = access.extract(from: word.pointee.value)
    guard let new = replacement(old) else { return old }
    if acquiring { acquireInOrder(access) }
    word.pointee.value = access.replace(in: word.pointee.value, by: new)
    // A read-modify-write continues the release sequence that it meets.
    if releasing {
      let clock = releaseClock()
      for byte in access.bytes { state.pointee.clocks[access.word * 4 + byte].join(clock) }
    }
    return old
  }

  func drainAllStores(of thread: Int) {
    while state.pointee.threads[thread].pendingStoreCount > 0 { drainOldestStore(of: thread) }
  }

  func drainOldestStore(of thread: Int) {
    let first = pendingStore(0, of: thread)
    let store = first.pointee
    let word = state.pointee.words + store.access.word
    // Noted and no more: this may not be the running thread's doing.
    if !word.pointee.isAlive { note(.deadWord) }
    word.pointee.value = store.access.replace(in: word.pointee.value, by: store.value)
    for byte in store.access.bytes { state.pointee.clocks[store.access.word * 4 + byte] = store.clock }
    state.pointee.threads[thread].pendingStoreCount -= 1
    for index in 0..<Int(state.pointee.threads[thread].pendingStoreCount) { first[index] = first[index + 1] }
    log { "T\(thread)'s store reaches word \(store.access.word): \(hexadecimal(word.pointee.value))" }
  }

  private func pendingStore(_ index: Int, of thread: Int) -> UnsafeMutablePointer<PendingStore> {
    state.pointee.pendingStores + thread * Limits.pendingStores + index
  }

  private func acquireInOrder(_ access: Access) {
    for byte in access.bytes { running.pointee.clock.join(state.pointee.clocks[access.word * 4 + byte]) }
  }

  /// What a release tells; what the thread does from now on is not told.
  func releaseClock() -> VectorClock {
    defer { running.pointee.clock[thread] += 1 }
    return running.pointee.clock
  }
}
