/// A value that a word took on.
struct Version {
  var value: UInt32 = 0
  /// For each byte, the version that last wrote it.
  var writers = SIMD4<UInt8>()
  /// The last version that wrote all bytes at once.
  var wholeWriter: UInt8 = 0
  /// For each byte, what an acquiring load of it learns.
  var clocks: (VectorClock, VectorClock, VectorClock, VectorClock) = (.init(), .init(), .init(), .init())
  var views: (View, View, View, View) = (.init(), .init(), .init(), .init())
}

extension Version {
  subscript(clock byte: Int) -> VectorClock {
    get {
      switch byte {
      case 0: clocks.0
      case 1: clocks.1
      case 2: clocks.2
      default: clocks.3
      }
    }
    set {
      switch byte {
      case 0: clocks.0 = newValue
      case 1: clocks.1 = newValue
      case 2: clocks.2 = newValue
      default: clocks.3 = newValue
      }
    }
  }

  subscript(view byte: Int) -> View {
    get {
      switch byte {
      case 0: views.0
      case 1: views.1
      case 2: views.2
      default: views.3
      }
    }
    set {
      switch byte {
      case 0: views.0 = newValue
      case 1: views.1 = newValue
      case 2: views.2 = newValue
      default: views.3 = newValue
      }
    }
  }
}

/// Memory as C11 and aarch64 have it; see ``MemoryModel/weak``. A thread's view says, for each byte, the oldest version
/// that it may still read.
extension World {
  func loadWeakly(_ access: Access, acquiring: Bool, unlessValue excluded: UInt32? = nil) -> UInt32 {
    let latest = state.pointee.words[access.word].versionCount - 1
    var oldest = 0
    for byte in access.bytes { oldest = max(oldest, Int(running.pointee.view[access.word * 4 + byte])) }
    var count = 1
    if state.pointee.faults.staleReads != 0 {
      for index in oldest..<latest where isReadable(index, access, unlessValue: excluded) { count += 1 }
    }
    var chosen = latest
    var choice = count == 1 ? 0 : choose(among: count)
    if choice > 0 {
      if let left = state.pointee.faults.staleReads { state.pointee.faults.staleReads = left - 1 }
      for index in (oldest..<latest).reversed() where isReadable(index, access, unlessValue: excluded) {
        choice -= 1
        if choice == 0 {
          chosen = index
          break
        }
      }
      log { "reads an old value of word \(access.word)" }
    }
    learn(version(chosen, access.word), access, acquiring: acquiring)
    return access.extract(from: version(chosen, access.word).pointee.value)
  }

  /// Of versions between which these bytes were not written, the first stands for all.
  private func isReadable(_ index: Int, _ access: Access, unlessValue excluded: UInt32?) -> Bool {
    let candidate = version(index, access.word)
    if let excluded, access.extract(from: candidate.pointee.value) == excluded { return false }
    guard access.byteCount == 1 else { return true }
    let latest = version(state.pointee.words[access.word].versionCount - 1, access.word)
    let writer = candidate.pointee.writers[access.firstByte]
    return Int(writer) == index && writer != latest.pointee.writers[access.firstByte]
  }

  private func learn(_ version: UnsafeMutablePointer<Version>, _ access: Access, acquiring: Bool) {
    for byte in access.bytes {
      let place = access.word * 4 + byte
      running.pointee.view[place] = max(running.pointee.view[place], version.pointee.writers[byte])
      if acquiring {
        running.pointee.clock.join(version.pointee[clock: byte])
        running.pointee.view.join(version.pointee[view: byte])
      }
    }
    guard acquiring else { return }
    // A write of the whole word is one: it, and with it the other bytes, is older in the order of the byte that was read.
    for place in access.word * 4..<access.word * 4 + 4 {
      running.pointee.view[place] = max(running.pointee.view[place], version.pointee.wholeWriter)
    }
  }

  func storeWeakly(_ value: UInt32, to access: Access, releasing: Bool) {
    append(value, to: access, releasing: releasing, continuing: false)
  }

  func modifyWeakly(
    _ access: Access, acquiring: Bool, releasing: Bool, _ replacement: (UInt32) -> UInt32?
  ) -> UInt32 {
    let latest = version(state.pointee.words[access.word].versionCount - 1, access.word)
    let old = access.extract(from: latest.pointee.value)
    guard let new = replacement(old) else { return old }
    learn(latest, access, acquiring: acquiring)
    append(new, to: access, releasing: releasing, continuing: true)
    return old
  }

  private func append(_ value: UInt32, to access: Access, releasing: Bool, continuing: Bool) {
    let word = state.pointee.words + access.word
    let index = word.pointee.versionCount
    guard index < Limits.versions else { fail(.broken("a word took on too many values for the weak model")) }
    var new = version(index - 1, access.word).pointee
    new.value = access.replace(in: new.value, by: value)
    for byte in access.bytes {
      new.writers[byte] = UInt8(index)
      running.pointee.view[access.word * 4 + byte] = UInt8(index)
    }
    if access.byteCount == 4 { new.wholeWriter = UInt8(index) }
    let clock = releasing ? releaseClock() : VectorClock()
    let view = releasing ? running.pointee.view : View()
    for byte in access.bytes {
      // A read-modify-write continues the release sequence that it meets.
      new[clock: byte] = continuing ? pointwiseMax(new[clock: byte], clock) : clock
      new[view: byte] = continuing ? pointwiseMax(new[view: byte], view) : view
    }
    (state.pointee.versions + access.word * Limits.versions + index).initialize(to: new)
    word.pointee.versionCount = index + 1
    word.pointee.value = new.value
  }

  /// A sequentially consistent fence of one thread.
  func fenceWeakly(_ thread: Int) {
    state.pointee.sequentialView.join(state.pointee.threads[thread].view)
    state.pointee.threads[thread].view = state.pointee.sequentialView
  }

  private func version(_ index: Int, _ word: Int) -> UnsafeMutablePointer<Version> {
    state.pointee.versions + word * Limits.versions + index
  }

  /// Versions are counted from the oldest that anybody can tell from a later one.
  func addVersions(to print: inout Fingerprint) {
    var base = View()
    for word in 0..<Limits.words {
      let count = state.pointee.words[word].versionCount
      let latest = version(count - 1, word)
      var oldest = count - 1
      for thread in 0..<state.pointee.threadCount where state.pointee.threads[thread].status != .finished {
        for byte in 0..<4 {
          let seen = state.pointee.threads[thread].view[word * 4 + byte]
          if seen < latest.pointee.writers[byte] { oldest = min(oldest, Int(seen)) }
        }
      }
      for byte in 0..<4 { base[word * 4 + byte] = UInt8(oldest) }
    }
    func add(_ view: View) { print.add(pointwiseMax(view, base) &- base) }

    add(state.pointee.sequentialView)
    for thread in 0..<state.pointee.threadCount where state.pointee.threads[thread].status != .finished {
      add(state.pointee.threads[thread].view)
    }
    for word in 0..<Limits.words {
      let count = state.pointee.words[word].versionCount
      let oldest = base[word * 4]
      print.add(UInt64(count - Int(oldest)) << 1 | (state.pointee.words[word].isAlive ? 1 : 0))
      for index in Int(oldest)..<count {
        let version = version(index, word)
        let writers =
          pointwiseMax(version.pointee.writers, SIMD4(repeating: oldest)) &- SIMD4(repeating: oldest)
        print.add(UInt64(max(version.pointee.wholeWriter, oldest) - oldest))
        print.add(UInt64(version.pointee.value) << 32 | UInt64(unsafeBitCast(writers, to: UInt32.self)))
        for byte in 0..<4 {
          print.add(knowledge(in: version.pointee[clock: byte]))
          add(version.pointee[view: byte])
        }
      }
    }
  }
}
