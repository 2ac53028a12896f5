/// The ``ThreeStateLock`` of the hardware, for the public types.
///
/// The fast halves inline into clients. The slow halves are specialised here, once: a generic function called
/// from inlinable code would stay generic in a client and cost registers on the fast path.
@usableFromInline
package enum FutexLock {
  @usableFromInline
  package typealias Word = UnsafeMutablePointer<UInt32>

  @inlinable @inline(__always)
  package static func tryLock(_ word: Word) -> Bool {
    unsafe ThreeStateLock<Hardware>.tryLock(word)
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word) {
    if unsafe !tryLock(word) { unsafe lockSlow(word) }
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word, within limit: Duration) -> Bool {
    unsafe tryLock(word) || lockSlow(word, within: limit)
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word, until instant: ContinuousClock.Instant) -> Bool {
    unsafe tryLock(word) || lockSlow(word, until: instant)
  }

  /// Frees the lock and wakes a sleeper if there may be one; false if nobody held it.
  @inlinable @inline(__always)
  package static func unlock(_ word: Word) -> Bool {
    let former = unsafe ThreeStateLock<Hardware>.unlock(word)
    if former == ThreeState.locked { return true }
    guard former == ThreeState.contended else { return false }
    unsafe wakeOne(word)
    return true
  }

  @inlinable @inline(__always)
  package static func isLocked(_ word: Word) -> Bool {
    unsafe Hardware.load(word, .relaxed, at: "is locked") != ThreeState.free
  }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word) {
    _ = unsafe ThreeStateLock<Hardware>.lockSlow(word, until: .never)
  }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word, within limit: Duration) -> Bool {
    guard limit > .zero else { return false }
    let deadline = unsafe Deadline(after: limit, on: Hardware.self)
    return unsafe ThreeStateLock<Hardware>.lockSlow(word, until: deadline)
  }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word, until instant: ContinuousClock.Instant) -> Bool {
    guard instant > ContinuousClock.now else { return false }
    let deadline = unsafe Deadline(instant, on: Hardware.self)
    return unsafe ThreeStateLock<Hardware>.lockSlow(word, until: deadline)
  }

  @usableFromInline @inline(never)
  static func wakeOne(_ word: Word) {
    unsafe ThreeStateLock<Hardware>.wakeOne(word)
  }
}
