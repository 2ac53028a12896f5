/// Accesses to the words, whatever the memory model. None of them takes a turn.
extension World {
  func load(_ access: Access, acquiring: Bool, unlessValue excluded: UInt32? = nil) -> UInt32 {
    requireAlive(access.word)
    return switch state.pointee.model {
    case .totalStoreOrder: loadInOrder(access, acquiring: acquiring)
    case .weak: loadWeakly(access, acquiring: acquiring, unlessValue: excluded)
    }
  }

  func store(_ value: UInt32, to access: Access, releasing: Bool) {
    requireAlive(access.word)
    switch state.pointee.model {
    case .totalStoreOrder: storeInOrder(value, to: access, releasing: releasing)
    case .weak: storeWeakly(value, to: access, releasing: releasing)
    }
  }

  /// Replaces what is there by `replacement` of it, unless that is nil; returns what was there.
  func modify(
    _ access: Access, acquiring: Bool, releasing: Bool, _ replacement: (UInt32) -> UInt32?
  ) -> UInt32 {
    requireAlive(access.word)
    return switch state.pointee.model {
    case .totalStoreOrder: modifyInOrder(access, acquiring: acquiring, releasing: releasing, replacement)
    case .weak: modifyWeakly(access, acquiring: acquiring, releasing: releasing, replacement)
    }
  }

  /// Orders all that `thread` did before against all that it does after, as a system call does.
  func fence(_ thread: Int) {
    switch state.pointee.model {
    case .totalStoreOrder: drainAllStores(of: thread)
    case .weak: fenceWeakly(thread)
    }
  }

  /// A full barrier in every thread, issued by the running one: membarrier(2).
  func fenceAll() {
    for thread in 0..<state.pointee.threadCount { fence(thread) }
    // What the last of them had to tell reaches the first.
    for thread in 0..<state.pointee.threadCount { fence(thread) }
  }

  /// Lets `thread` know all that was written, as one does who has joined all others.
  func learnAll(_ thread: Int) {
    for word in 0..<Limits.words {
      for byte in 0..<4 {
        state.pointee.threads[thread].view[word * 4 + byte] = UInt8(
          state.pointee.words[word].versionCount - 1)
      }
    }
  }

  func requireAlive(_ word: Int) {
    if !state.pointee.words[word].isAlive { fail(.deadWord) }
  }

  /// The value that all will see once everything has reached memory.
  package func value(of word: SimulatedWord) -> UInt32 { state.pointee.words[word.index].value }

  /// From here on the memory of `word` may be anything.
  package func free(_ word: SimulatedWord) {
    log { "frees word \(word.index)" }
    state.pointee.words[word.index].isAlive = false
  }

  func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}
