#if DEBUG || Diagnostics
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// The mutexes that one thread holds, for ``UseChecks``: a hash table with linear probing, at most half full, since
  /// a thread may hold thousands.
  ///
  /// Plain memory, since this is for builds without optimisation, where a class with a collection takes five times
  /// as long: the number of words held, the shift and the mask that make a hash a slot, and the slots, 0 where free.
  @safe
  struct HeldMutexes {
    private let memory: UnsafeMutablePointer<UInt>

    private static let header = 3
    private static let initialSlots: UInt = 32
    /// 2 to the 64 divided by the golden ratio: multiplied by it, addresses spread over the upper bits.
    private static let multiplier: UInt = 0x9e37_79b9_7f4a_7c15

    /// Of the set of a thread that ends. Destructors that run later, or in a further round, may unlock what it holds: it
    /// is set again until it is empty. A destructor that locks then makes a new one. What a thread never unlocks it leaves
    /// with its set.
    static let key: ThreadKey = ThreadKey { set in
      guard let set = unsafe set else { return }
      if unsafe set.assumingMemoryBound(to: UInt.self)[0] == 0 { return unsafe free(set) }
      unsafe HeldMutexes.key.set(set)
    }

    static var current: HeldMutexes {
      if let set = unsafe key.value {
        return unsafe HeldMutexes(memory: set.assumingMemoryBound(to: UInt.self))
      }
      return HeldMutexes(slots: initialSlots)
    }

    private init(memory: UnsafeMutablePointer<UInt>) {
      unsafe self.memory = memory
    }

    /// Makes an empty set, the calling thread's from now on.
    private init(slots: UInt) {
      guard let new = unsafe calloc(Self.header + Int(slots), MemoryLayout<UInt>.stride) else {
        trapSystemCall("calloc", errno: errno)
      }
      unsafe Self.key.set(new)
      unsafe memory = new.assumingMemoryBound(to: UInt.self)
      unsafe memory[1] = UInt(slots.leadingZeroBitCount + 1)
      unsafe memory[2] = slots &- 1
    }

    /// Where the search for a word begins.
    private func home(of word: UInt) -> UInt {
      unsafe (word &* Self.multiplier) &>> memory[1]
    }

    private func next(after slot: UInt) -> UInt {
      unsafe (slot &+ 1) & memory[2]
    }

    private func slot(of word: UnsafeRawPointer) -> UInt? {
      let sought = UInt(bitPattern: word)
      var slot = home(of: sought)
      while case let found = unsafe memory[Self.header &+ Int(slot)], found != 0 {
        if found == sought { return slot }
        slot = next(after: slot)
      }
      return nil
    }

    func contains(_ word: UnsafeRawPointer) -> Bool {
      unsafe slot(of: word) != nil
    }

    func add(_ word: UnsafeRawPointer) {
      var set = self
      if unsafe 2 &* memory[0] > memory[2] { set = makeLarger() }
      set.insert(UInt(bitPattern: word))
    }

    private func insert(_ word: UInt) {
      var slot = home(of: word)
      while unsafe memory[Self.header &+ Int(slot)] != 0 { slot = next(after: slot) }
      unsafe memory[Self.header &+ Int(slot)] = word
      unsafe memory[0] &+= 1
    }

    private func makeLarger() -> HeldMutexes {
      let slots = unsafe memory[2] &+ 1
      let larger = HeldMutexes(slots: 2 &* slots)
      var slot: UInt = 0
      while slot < slots {
        let word = unsafe memory[Self.header &+ Int(slot)]
        if word != 0 { larger.insert(word) }
        slot &+= 1
      }
      unsafe free(memory)
      return larger
    }

    func remove(_ word: UnsafeRawPointer) -> Bool {
      guard var hole = unsafe slot(of: word) else { return false }
      // Words behind the hole are found from their homes without a gap: each that may stand there moves into it.
      var slot = next(after: hole)
      while case let word = unsafe memory[Self.header &+ Int(slot)], word != 0 {
        if unsafe (slot &- home(of: word)) & memory[2] >= (slot &- hole) & memory[2] {
          unsafe memory[Self.header &+ Int(hole)] = word
          hole = slot
        }
        slot = next(after: slot)
      }
      unsafe memory[Self.header &+ Int(hole)] = 0
      unsafe memory[0] &-= 1
      return true
    }
  }
#endif
