public import CFutex

extension Hardware: @unsafe AsymmetricMachine {
  @inlinable @inline(__always)
  package static func prefetchForWrite(_ word: Word) { unsafe cfutex_prefetch_for_write(word) }

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
  package static func processBarrier(at site: StaticString) -> Bool { ProcessBarrier.issue() }

  /// Each entry into contended mode costs a process barrier, and each unlock in it a second read-modify-write. Two threads
  /// that do nothing else than lock and unlock made 45 million pairs a second with 1024, and 63 million with 256: Intel
  /// Xeon, November 2026.
  @usableFromInline
  package static var quietUnlocks: UInt32 { 256 }
}
