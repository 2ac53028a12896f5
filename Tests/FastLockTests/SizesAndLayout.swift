import FastLock
import Testing

@Suite struct SizesAndLayout {
  @Test func aRawMutexIsFourBytes() {
    #expect(MemoryLayout<RawMutex>.size == 4)
    #expect(MemoryLayout<RawMutex>.stride == 4)
    #expect(MemoryLayout<RawMutex>.alignment == 4)
  }

  @Test func aMutexIsItsWordAndItsValue() {
    #expect(MemoryLayout<Mutex<Void>>.size == 4)
    #expect(MemoryLayout<Mutex<UInt8>>.size == 5)
    #expect(MemoryLayout<Mutex<Int32>>.size == 8)
    #expect(MemoryLayout<Mutex<Int>>.size == 16)
    #expect(MemoryLayout<Mutex<(Int, Int)>>.size == 24)
    #expect(MemoryLayout<Mutex<[Int]>>.size == 16)
  }

  @Test func aMutexIsAlignedAsItsValueIs() {
    #expect(MemoryLayout<Mutex<Void>>.alignment == 4)
    #expect(MemoryLayout<Mutex<UInt8>>.alignment == 4)
    #expect(MemoryLayout<Mutex<Int>>.alignment == 8)
    #expect(MemoryLayout<Mutex<SIMD4<Float>>>.alignment == 16)
    #expect(MemoryLayout<Mutex<SIMD4<Float>>>.size == 32)
  }

  @Test func referencesAreOneWord() {
    #expect(MemoryLayout<Locked<[Int]>>.size == MemoryLayout<UInt>.size)
    #expect(MemoryLayout<Lock>.size == MemoryLayout<UInt>.size)
  }

  @Test func theInitialWordIsAllZero() {
    let mutex = RawMutex()
    #expect(lockWord(of: mutex) == 0)
    mutex.lock()
    #expect(lockWord(of: mutex) != 0)
    mutex.unlock()
    #expect(lockWord(of: mutex) == 0)

    let pair = Mutex(UInt64.max)
    #expect(lockWord(of: pair) == 0)
    pair.withLock { _ in #expect(lockWord(of: pair) != 0) }
    #expect(lockWord(of: pair) == 0)
  }

  /// A compile-time check: the parameter demands it.
  @Test func locksAreSendableWhateverTheyHold() {
    func demandSendable<T: Sendable & ~Copyable>(_: T.Type) {}
    final class NotSendable { var value = 0 }
    struct Unique: ~Copyable { let reference = NotSendable() }
    demandSendable(RawMutex.self)
    demandSendable(Mutex<NotSendable>.self)
    demandSendable(Mutex<Unique>.self)
    demandSendable(Locked<NotSendable>.self)
    demandSendable(Lock.self)
    demandSendable(LockError.self)
  }

  @Test func valuesOfAllSizesAndAlignmentsSurvive() {
    func check<Value: Equatable & Sendable>(_ first: Value, _ second: Value) {
      let mutex = Mutex(first)
      let former = mutex.withLock { value in
        defer { value = second }
        return value
      }
      #expect(former == first)
      #expect(mutex.withLock { $0 } == second)
      #expect(lockWord(of: mutex) == 0, "the value does not reach into the word")
    }
    check(UInt8.max, 0)
    check(UInt16.max, 0)
    check(UInt32.max, 0)
    check(UInt64.max, 0)
    check(SIMD8<UInt64>(repeating: .max), SIMD8(repeating: 0))
    check("a string that is too long to be stored in place", "")
    check(Int?.none, 1)
  }
}

/// The first four bytes, which every lock here begins with.
func lockWord<Lock: ~Copyable>(of lock: borrowing Lock) -> UInt32 {
  unsafe withUnsafeBytes(of: lock) { unsafe $0.load(as: UInt32.self) }
}
