/// The ``AsymmetricMutex`` of the hardware, for the mutexes: as ``FutexLock`` is for ``Lock``.
@usableFromInline
package enum MutexLock {
  @usableFromInline
  package typealias Word = UnsafeMutablePointer<UInt32>

  @inlinable @inline(__always)
  package static func tryLock(_ word: Word) -> Bool {
    unsafe AsymmetricMutex<Hardware>.tryLock(word) || trySlow(word)
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word) {
    if unsafe !AsymmetricMutex<Hardware>.lock(word) { unsafe lockSlow(word) }
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word, within limit: Duration) -> Bool {
    unsafe AsymmetricMutex<Hardware>.tryLock(word) || lockSlow(word, within: limit)
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word, until instant: ContinuousClock.Instant) -> Bool {
    unsafe AsymmetricMutex<Hardware>.tryLock(word) || lockSlow(word, until: instant)
  }

  @inlinable @inline(__always)
  package static func unlock(_ word: Word) {
    switch unsafe AsymmetricMutex<Hardware>.unlock(word) {
    case .done: break
    case .held: unsafe unlockSlow(word)
    case .released: unsafe unlockSlowAfterRelease(word)
    }
  }

  @inlinable @inline(__always)
  package static func isLocked(_ word: Word) -> Bool {
    unsafe AsymmetricMutex<Hardware>.isLocked(word)
  }

  /// Whether somebody holds the lock or waits for it.
  @usableFromInline
  static func isInUse(_ word: Word) -> Bool {
    unsafe MutexWord.isInUse(Hardware.load(word, .relaxed, at: "is in use"))
  }

  @usableFromInline @inline(never)
  static func trySlow(_ word: Word) -> Bool { unsafe AsymmetricMutex<Hardware>.trySlow(word) }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word) {
    _ = unsafe AsymmetricMutex<Hardware>.lockSlow(word, until: .never)
  }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word, within limit: Duration) -> Bool {
    guard limit > .zero else { return unsafe trySlow(word) }
    let deadline = unsafe Deadline(after: limit, on: Hardware.self)
    return unsafe AsymmetricMutex<Hardware>.lockSlow(word, until: deadline)
  }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word, until instant: ContinuousClock.Instant) -> Bool {
    guard instant > ContinuousClock.now else { return unsafe trySlow(word) }
    let deadline = unsafe Deadline(instant, on: Hardware.self)
    return unsafe AsymmetricMutex<Hardware>.lockSlow(word, until: deadline)
  }

  @usableFromInline @inline(never)
  static func unlockSlow(_ word: Word) {
    unsafe AsymmetricMutex<Hardware>.unlockSlow(word)
  }

  @usableFromInline @inline(never)
  static func unlockSlowAfterRelease(_ word: Word) {
    unsafe AsymmetricMutex<Hardware>.unlockSlowAfterRelease(word)
  }
}
