import FastLock

/// The word of a lock that threads may share, zero at first.
@safe final class SharedWord: @unchecked Sendable {
  let word: UnsafeMutablePointer<UInt32>

  init() {
    unsafe word = .allocate(capacity: 1)
    unsafe word.initialize(to: 0)
  }

  deinit { unsafe word.deallocate() }

  @Sendable func release() {
    check(unsafe FutexLock.release(word), "it is released")
  }
}
