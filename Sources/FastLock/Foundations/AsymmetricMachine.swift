/// What an ``AsymmetricMutex`` runs on beyond what every algorithm does: the bytes of a word, a memory barrier in all
/// threads.
@usableFromInline
package protocol AsymmetricMachine: Machine {
  /// Has the word's cache line fetched for writing: a load that comes first would fetch it for reading alone.
  static func prefetchForWrite(_ word: Word)

  static func loadByte(_ byte: LockByte, of word: Word, at site: StaticString) -> UInt8

  /// Stores with release ordering, and keeps the compiler from moving anything across it.
  static func storeByte(_ value: UInt8, to byte: LockByte, of word: Word, at site: StaticString)

  /// Exchanges with acquire ordering.
  static func exchangeByte(_ byte: LockByte, of word: Word, with value: UInt8, at site: StaticString) -> UInt8

  /// A full memory barrier in every thread of the process; false if the system refuses it.
  static func processBarrier(at site: StaticString) -> Bool

  /// After how many unlocks without sleepers a mutex leaves contended mode.
  static var quietUnlocks: UInt32 { get }
}

/// A byte of a lock word, counted from the least significant.
@frozen
@usableFromInline
package enum LockByte: Int, Sendable { case first, second }
