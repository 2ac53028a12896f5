/// The bits of the word of an ``AsymmetricMutex`` or a ``ReleasableLock``; who sets and clears them stands there and, for
/// the roles, at ``Waiter``.
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
  package static var queued: UInt32 { 1 << 14 }
  package static var called: UInt32 { 1 << 15 }

  static var flags: UInt32 { 0xff00 }

  /// What starving waiters and those who serve them have set.
  package static var roles: UInt32 { handed | marked | queued | called }

  /// Whether somebody holds the lock or waits for it. A free lock that nobody waits for may still be in contended mode.
  static func isInUse(_ word: UInt32) -> Bool { word & (locked | parked | roles) != 0 }

  /// Whether the lock is held in contended mode and its unlock owes nobody anything.
  static func isHeldQuietly(_ word: UInt32) -> Bool { word & (locked | flags) == locked | symmetric }

  // MARK: Bytes 2 and 3 beside no role: how many unlocks were quiet

  // The highest bit is nobody's yet: it is set and cleared by no one.
  private static var number: Field { Field(shift: 16, width: 15) }

  static func quietUnlocks(_ word: UInt32) -> UInt32 { number[word] }

  static func with(quietUnlocks count: UInt32, _ word: UInt32) -> UInt32 { number.set(count, in: word) }

  /// Ends the count of quiet unlocks.
  static func forgettingCount(_ word: UInt32) -> UInt32 { word & roles == 0 ? number.set(0, in: word) : word }

  /// After the last role has gone: nothing is left of them, and quiet unlocks count from now on.
  static func tidy(_ word: UInt32) -> UInt32 {
    word & roles == 0 ? number.set(word & flags == symmetric ? 1 : 0, in: word) : word
  }

  /// A word in whose change from `old` the last role may have gone.
  static func tidy(_ word: UInt32, since old: UInt32) -> UInt32 {
    guard word & roles == 0, old & roles == 0 else { return tidy(word) }
    return word & parked != 0 ? number.set(0, in: word) : word
  }

  // MARK: Bytes 2 and 3 beside a role

  /// The fork generation of those whose roles they are.
  private static var generation: Field { Field(shift: 16, width: 3) }
  /// Beside ``marked``: heads may be asleep.
  package static var headSleeps: UInt32 { 1 << 19 }
  /// When the lock was handed over, or the next one called: in units of 2^20 ns.
  private static var time: Field { Field(shift: 20, width: 4) }
  /// No starving waiter that ``queued`` tells of has a higher rank.
  private static var ranks: Field { Field(shift: 24, width: 3) }
  /// Unlocks since a call, up to ``Machine/unlocksOfShortSections``.
  private static var unlocks: Field { Field(shift: 27, width: 4) }

  static func isOf(_ generation: UInt32, _ word: UInt32) -> Bool {
    Self.generation[word] == generation & Self.generation.mask
  }

  /// The word without roles from before a fork: nobody of this process has them.
  static func alive(_ word: UInt32, _ generation: @autoclosure () -> UInt32) -> UInt32 {
    word & roles == 0 || isOf(generation(), word) ? word : tidy(word & ~roles)
  }

  /// The word with these roles besides those that it has.
  static func adding(_ roles: UInt32, to word: UInt32, _ generation: UInt32) -> UInt32 {
    Self.generation.set(generation, in: forgettingCount(word)) | roles
  }

  /// Whether the lock is held and a head's mark still there.
  static func headMustWait(_ word: UInt32) -> Bool {
    word & (locked | handed | marked) == locked | marked
  }

  /// The lock becomes a starving waiter's.
  static func handingOver(_ word: UInt32, at now: Deadline) -> UInt32 {
    time.set(units(now), in: word & ~(marked | headSleeps) | handed)
  }

  /// Whether the hand-over or the call happened 1 to 2 ms ago or earlier. (One that nobody looks at for more than 15 ms may
  /// take as long again.)
  static func hasLasted(_ word: UInt32, at now: Deadline) -> Bool { age(word, now) >= 2 }

  /// The word after a hand-over was taken back. Whoever was called and did not come in time may have been the only one to
  /// know of others in the queue, and of their ranks.
  static func takingBack(_ word: UInt32, highestRank: UInt32) -> UInt32 {
    let new = word & ~(handed | called)
    return word & called != 0 ? with(rank: highestRank, new | queued) : tidy(new)
  }

  /// Whether starving waiters are in the queue and nobody is to have the lock next.
  static func needsCall(_ word: UInt32) -> Bool { word & (queued | called | marked) == queued }

  /// The word while the next is called, of those that have its rank now. If nobody hears, its new rank is the next to call:
  /// the rank below, or that of somebody who joins the queue meanwhile.
  static func calling(_ word: UInt32, at now: Deadline) -> UInt32 {
    unlocks.set(0, in: time.set(units(now), in: callingAgain(word) | called))
  }

  static func callingAgain(_ word: UInt32) -> UInt32 { with(rank: max(rank(word), 1) - 1, word & ~queued) }

  /// The word of a lock that is freed at `now` beside a called one which has not come: one more unlock counts. The call is
  /// forgotten if that many unlocks took less than a millisecond.
  static func freeingBesideCalled(_ word: UInt32, manyUnlocks: UInt32, at now: Deadline) -> UInt32 {
    let count = unlocks[word] + 1
    if count == manyUnlocks && age(word, now) == 0 { return tidy(word & ~(called | queued)) }
    return unlocks.set(min(count, manyUnlocks), in: word)
  }

  private static func units(_ time: Deadline) -> UInt32 { UInt32(truncatingIfNeeded: time.nanoseconds >> 20) }

  private static func age(_ word: UInt32, _ now: Deadline) -> UInt32 {
    (units(now) &- time[word]) & time.mask
  }

  static func rank(_ word: UInt32) -> UInt32 { ranks[word] }

  static func with(rank: UInt32, _ word: UInt32) -> UInt32 { ranks.set(rank, in: word) }

  static func raising(rank: UInt32, _ word: UInt32) -> UInt32 { with(rank: max(rank, Self.rank(word)), word) }
}

/// Some bits of a word that are one number.
private struct Field {
  let shift: UInt32
  /// Of the number.
  let mask: UInt32

  init(shift: UInt32, width: UInt32) {
    self.shift = shift
    mask = 1 << width - 1
  }

  subscript(word: UInt32) -> UInt32 { word >> shift & mask }

  /// As many bits of the number as there is room for.
  func set(_ number: UInt32, in word: UInt32) -> UInt32 { word & ~(mask << shift) | (number & mask) << shift }
}
