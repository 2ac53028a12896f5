/// What an ``AsymmetricMutex`` runs on beyond what every algorithm does: the bytes of a word, a memory barrier in all
/// threads, classes of sleepers.
@usableFromInline
package protocol AsymmetricMachine: Machine {
  static func loadByte(_ byte: LockByte, of word: Word, at site: StaticString) -> UInt8

  /// Stores with release ordering, and keeps the compiler from moving anything across it.
  static func storeByte(_ value: UInt8, to byte: LockByte, of word: Word, at site: StaticString)

  /// Exchanges with acquire ordering.
  static func exchangeByte(_ byte: LockByte, of word: Word, with value: UInt8, at site: StaticString) -> UInt8

  /// Ordered as it says when it succeeds, not at all when it fails; never fails spuriously.
  static func compareExchange(
    _ word: Word, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool

  /// A full memory barrier in every thread of the process; false if the system refuses it.
  static func processBarrier(at site: StaticString) -> Bool

  /// As ``Machine/wait(_:while:until:at:)``, among `sleepers`.
  static func wait(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome

  /// As ``Machine/wake(_:count:at:)``, of `sleepers` alone; returns how many were woken.
  static func wake(_ word: Word, count: Int32, among sleepers: Sleepers, at site: StaticString) -> Int32

  /// The forks between this process and the one that loaded the library.
  static var forkGeneration: UInt32 { get }

  /// After how many unlocks without sleepers a mutex leaves contended mode.
  static var quietUnlocks: UInt32 { get }
}

@usableFromInline
package enum CompareExchangeOrder: Sendable { case relaxed, acquiring, releasing }

/// A byte of a lock word, counted from the least significant.
@usableFromInline
package enum LockByte: Int, Sendable { case first, second }

/// The classes of those who sleep at a word.
@usableFromInline
package enum Sleepers: Sendable {
  case ordinary
  /// Those to whom a lock may be handed over.
  case marked
}
