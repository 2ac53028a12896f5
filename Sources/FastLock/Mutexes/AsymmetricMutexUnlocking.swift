/// The slow halves of an unlock.
extension AsymmetricMutex {
  /// Frees or hands over a lock beside which flags were seen, or does nothing if nobody holds it.
  package static func unlockSlow(_ word: M.Word) {
    while true {
      let seen = M.load(word, .relaxed, at: "unlock, look")
      // First what is due most often: the longer the lock is held here, the more often others find it so.
      if MutexWord.isHeldQuietly(seen) {
        let new = countingQuietUnlock(seen & ~MutexWord.locked)
        if M.compareExchange(word, expected: seen, desired: new, .releasing, at: "unlock slowly") { return }
        continue
      }
      guard seen & MutexWord.locked != 0, seen & MutexWord.handed == 0 else { return }
      var new = seen
      var due = Wake.none
      if seen & MutexWord.unconfirmed != 0 { new = new & ~MutexWord.unconfirmed | MutexWord.kept }
      if MutexWord.markIsAlive(seen, M.forkGeneration) {
        new = MutexWord.handingOver(new)
        due = .marked
      } else if seen & MutexWord.parked != 0 {
        new = MutexWord.forgettingMark(new) & ~(MutexWord.locked | MutexWord.parked)
        due = .ordinary
      } else {
        new &= ~MutexWord.locked
      }
      if M.compareExchange(word, expected: seen, desired: new, .releasing, at: "unlock slowly") {
        return wake(due, word)
      }
    }
  }

  private static func countingQuietUnlock(_ word: UInt32) -> UInt32 {
    let count = MutexWord.number(word)
    if count == M.quietUnlocks { return MutexWord.with(number: 0, word & ~MutexWord.symmetric) }
    return count == 0 ? word : MutexWord.with(number: count + 1, word)
  }

  /// After a plain release beside which flags were seen too late: who holds the lock now sees them too, and if nobody
  /// does, a sleeper may have been forgotten.
  package static func unlockSlowAfterRelease(_ word: M.Word) {
    while true {
      let seen = M.load(word, .relaxed, at: "released, look")
      if seen & MutexWord.locked != 0 { return }
      var new = seen
      var due = Wake.none
      if MutexWord.markIsAlive(seen, M.forkGeneration) {
        due = .marked
      } else if seen & MutexWord.parked != 0 {
        new = MutexWord.forgettingMark(seen) & ~MutexWord.parked
        due = .ordinary
      }
      // Also where nothing changes: until then the store may be seen by this thread alone, and a marked waiter leave
      // in the belief that the lock is held.
      if M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "after unlock") {
        return wake(due, word)
      }
    }
  }

  /// A wake-up that a change of the word has made due.
  enum Wake { case none, ordinary, marked }

  static func wake(_ due: Wake, _ word: M.Word) {
    switch due {
    case .none: break
    case .marked: M.wake(word, count: 1, among: .marked, at: "wake marked")
    case .ordinary:
      if M.wake(word, count: 1, among: .ordinary, at: "wake") == 0 { beginToCount(word) }
    }
  }

  /// Whoever takes the lock meanwhile does not: the word would stay in contended mode.
  private static func beginToCount(_ word: M.Word) {
    while true {
      let seen = M.load(word, .relaxed, at: "begin to count, look")
      guard seen & MutexWord.flags == MutexWord.symmetric, MutexWord.number(seen) == 0 else { return }
      let new = MutexWord.with(number: 1, seen)
      if M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "begin to count") { return }
    }
  }
}
