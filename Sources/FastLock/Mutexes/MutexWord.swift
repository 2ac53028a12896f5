/// The bits of the word of a ``AsymmetricMutex``; what they mean stands there.
@usableFromInline
package enum MutexWord {
  // Byte 0.
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

  // Bytes 2 and 3.
  private static var numberShift: UInt32 { 16 }

  static func number(_ word: UInt32) -> UInt32 { word >> numberShift }

  static func with(number: UInt32, _ word: UInt32) -> UInt32 { word & 0xffff | number << numberShift }

  /// Whether somebody waits for the lock to be handed over. A mark from before a fork has nobody behind it.
  static func markIsAlive(_ word: UInt32, _ generation: UInt32) -> Bool {
    word & marked != 0 && number(word) == generation & 0xffff
  }

  static func forgettingMark(_ word: UInt32) -> UInt32 {
    word & marked == 0 ? word : with(number: 0, word & ~marked)
  }

  /// Ends the count of quiet unlocks. The number beside a mark is no count.
  static func forgettingCount(_ word: UInt32) -> UInt32 {
    word & marked == 0 ? with(number: 0, word) : word
  }
}
