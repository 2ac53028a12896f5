/// The bits of the word of an ``AsymmetricMutex`` or a ``ReleasableLock``; what they mean stands there.
@usableFromInline
package enum MutexWord {
  // Byte 0.
  @inlinable @inline(__always)
  package static var locked: UInt32 { 1 }

  // Byte 1.
  package static var parked: UInt32 { 1 << 8 }
  package static var symmetric: UInt32 { 1 << 9 }
  package static var unconfirmed: UInt32 { 1 << 10 }
  package static var kept: UInt32 { 1 << 11 }
  package static var handed: UInt32 { 1 << 12 }
  package static var marked: UInt32 { 1 << 13 }

  static var flags: UInt32 { 0xff00 }

  /// Whether somebody holds the lock or waits for it. A free lock that nobody waits for may still be in contended mode.
  static func isInUse(_ word: UInt32) -> Bool { word & (locked | parked | handed | marked) != 0 }

  /// Whether the lock is held in contended mode and its unlock owes nobody anything.
  static func isHeldQuietly(_ word: UInt32) -> Bool { word & (locked | flags) == locked | symmetric }

  // Bytes 2 and 3.
  private static var numberShift: UInt32 { 16 }

  static func number(_ word: UInt32) -> UInt32 { word >> numberShift }

  static func with(number: UInt32, _ word: UInt32) -> UInt32 { word & 0xffff | number << numberShift }

  /// Whether somebody waits for the lock to be handed over. A mark from before a fork has nobody behind it.
  static func markIsAlive(_ word: UInt32, _ generation: UInt32) -> Bool {
    word & marked != 0 && isOf(generation, word)
  }

  /// Whether the lock is a waiter's who has yet to notice. Of a hand-over from before a fork nobody will.
  static func isHanded(_ word: UInt32, _ generation: UInt32) -> Bool {
    word & handed != 0 && isOf(generation, word)
  }

  private static func isOf(_ generation: UInt32, _ word: UInt32) -> Bool {
    number(word) == generation & 0xffff
  }

  /// The number stays: it is of the same waiter.
  static func handingOver(_ word: UInt32) -> UInt32 { word & ~marked | handed }

  /// Without the mark, or what was handed over for it.
  static func forgettingMark(_ word: UInt32) -> UInt32 {
    word & (marked | handed) == 0 ? word : with(number: 0, word & ~(marked | handed))
  }

  /// Ends the count of quiet unlocks. The number beside a mark is no count.
  static func forgettingCount(_ word: UInt32) -> UInt32 {
    word & (marked | handed) == 0 ? with(number: 0, word) : word
  }

  /// After this time a waiter marks the word, so that the lock is handed to it. Long enough that nobody does in the
  /// ordinary course of contention, since a hand-over leaves the lock idle until the new owner runs.
  package static var patience: Duration { .milliseconds(1) }
}
