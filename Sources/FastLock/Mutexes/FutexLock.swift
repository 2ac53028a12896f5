/// The ``ReleasableLock`` of the hardware, for ``Lock``.
///
/// The fast halves inline into clients. The slow halves are specialised here, once: a generic function called
/// from inlinable code would stay generic in a client and cost registers on the fast path.
@usableFromInline
package enum FutexLock {
  @usableFromInline
  package typealias Word = UnsafeMutablePointer<UInt32>

  @inlinable @inline(__always)
  package static func tryLock(_ word: Word) -> Bool {
    unsafe ReleasableLock<Hardware>.tryLock(word) || trySlow(word)
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word) {
    if unsafe !ReleasableLock<Hardware>.tryLock(word) { unsafe lockSlow(word) }
  }

  @inlinable @inline(__always)
  package static func lock(_ word: Word, within limit: Duration) -> Bool {
    unsafe ReleasableLock<Hardware>.tryLock(word) || lockSlow(word, within: limit)
  }

  /// Frees the lock, or hands it over; false if it is not locked.
  @inlinable @inline(__always)
  package static func release(_ word: Word) -> Bool {
    unsafe ReleasableLock<Hardware>.release(word) || releaseSlow(word)
  }

  @inlinable @inline(__always)
  package static func isLocked(_ word: Word) -> Bool {
    unsafe ReleasableLock<Hardware>.isLocked(word)
  }

  @usableFromInline @inline(never)
  static func trySlow(_ word: Word) -> Bool { unsafe ReleasableLock<Hardware>.trySlow(word) }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word) {
    _ = unsafe ReleasableLock<Hardware>.lockSlow(word, until: .never)
  }

  @usableFromInline @inline(never)
  static func lockSlow(_ word: Word, within limit: Duration) -> Bool {
    guard limit > .zero else { return unsafe trySlow(word) }
    let deadline = unsafe Deadline(after: limit, on: Hardware.self)
    return unsafe ReleasableLock<Hardware>.lockSlow(word, until: deadline)
  }

  @usableFromInline @inline(never)
  static func releaseSlow(_ word: Word) -> Bool {
    unsafe ReleasableLock<Hardware>.releaseSlow(word)
  }
}
