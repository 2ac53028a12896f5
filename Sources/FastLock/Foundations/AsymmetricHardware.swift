public import CFutex

extension Hardware: @unsafe AsymmetricMachine {
  @inlinable @inline(__always)
  package static func loadByte(_ byte: LockByte, of word: Word, at site: StaticString) -> UInt8 {
    unsafe cfutex_load_byte_relaxed(address(of: byte, in: word))
  }

  @inlinable @inline(__always)
  package static func storeByte(_ value: UInt8, to byte: LockByte, of word: Word, at site: StaticString) {
    // Swift's optimiser moves retains down across an atomic store: lib/LLVMPasses/LLVMARCOpts.cpp. A value that leaves
    // the lock's protection would be retained when the lock is free.
    cfutex_compiler_barrier()
    unsafe cfutex_store_byte_release(address(of: byte, in: word), value)
    cfutex_compiler_barrier()
  }

  @inlinable @inline(__always)
  package static func exchangeByte(
    _ byte: LockByte, of word: Word, with value: UInt8, at site: StaticString
  ) -> UInt8 {
    unsafe cfutex_exchange_byte_acquire(address(of: byte, in: word), value)
  }

  /// Both architectures are little-endian.
  @inlinable @inline(__always)
  package static func address(of byte: LockByte, in word: Word) -> UnsafeMutablePointer<UInt8> {
    unsafe UnsafeMutableRawPointer(word).assumingMemoryBound(to: UInt8.self) + (byte == .first ? 0 : 1)
  }

  @usableFromInline
  package static func compareExchange(
    _ word: Word, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool {
    switch order {
    case .relaxed: unsafe cfutex_compare_exchange_relaxed(word, expected, desired)
    case .acquiring: unsafe cfutex_compare_exchange_acquire(word, expected, desired)
    case .releasing: unsafe cfutex_compare_exchange_release(word, expected, desired)
    }
  }

  @usableFromInline
  package static func processBarrier(at site: StaticString) -> Bool { ProcessBarrier.issue() }

  @usableFromInline
  package static func wait(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome {
    unsafe wait(
      word, while: expected, until: deadline, sleepingUntil: deadline, bits: bits(sleepers))
  }

  @usableFromInline
  package static func wake(_ word: Word, count: Int32, among sleepers: Sleepers, at site: StaticString)
    -> Int32
  {
    unsafe wake(word, count: count, bits: bits(sleepers))
  }

  private static func bits(_ sleepers: Sleepers) -> UInt32 {
    switch sleepers {
    case .ordinary: 1
    case .marked: 2
    }
  }

  @usableFromInline
  package static var forkGeneration: UInt32 { ForkGeneration.current }

  /// With one process barrier for each entry into contended mode, far fewer than one acquisition in a thousand pays for
  /// one.
  @usableFromInline
  package static var quietUnlocks: UInt32 { 1024 }
}
