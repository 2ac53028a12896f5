/// The slow halves of an unlock.
extension AsymmetricMutex {
  /// Frees or hands over a lock beside which flags were seen, or does nothing if nobody holds it.
  package static func unlockSlow(_ word: M.Word) {
    var unlocking = Unlocking<M>()
    while true {
      let seen = M.load(word, .relaxed, at: "unlock, look")
      // First what is due most often: the longer the lock is held here, the more often others find it so.
      if MutexWord.isHeldQuietly(seen) {
        let new = countingQuietUnlock(seen & ~MutexWord.locked)
        if M.compareExchange(word, expected: seen, desired: new, .releasing, at: "unlock slowly") { return }
        continue
      }
      guard seen & MutexWord.locked != 0, seen & MutexWord.handed == 0 else { return }
      let now = MutexWord.alive(seen, M.forkGeneration)
      guard unlocking.prepare(word, seen, now) else { continue }
      var wakes = Unlocking<M>.Wakes()
      var new = unlocking.freeing(now, &wakes)
      if seen & MutexWord.unconfirmed != 0 { new = new & ~MutexWord.unconfirmed | MutexWord.kept }
      new = callingIfNeeded(MutexWord.tidy(new, since: now), &wakes)
      if M.compareExchange(word, expected: seen, desired: new, .releasing, at: "unlock slowly") {
        return wake(wakes, word)
      }
    }
  }

  private static func countingQuietUnlock(_ word: UInt32) -> UInt32 {
    let count = MutexWord.quietUnlocks(word)
    if count == M.quietUnlocks { return MutexWord.with(quietUnlocks: 0, word & ~MutexWord.symmetric) }
    return count == 0 ? word : MutexWord.with(quietUnlocks: count + 1, word)
  }

  private static func callingIfNeeded(_ word: UInt32, _ wakes: inout Unlocking<M>.Wakes) -> UInt32 {
    guard MutexWord.needsCall(word), word & MutexWord.locked == 0 else { return word }
    wakes.call = MutexWord.rank(word)
    return MutexWord.calling(word, at: M.now())
  }

  /// After a plain release beside which flags were seen too late: who holds the lock now sees them too, and if nobody
  /// does, a sleeper may have been forgotten.
  package static func unlockSlowAfterRelease(_ word: M.Word) {
    while true {
      let seen = M.load(word, .relaxed, at: "released, look")
      if seen & MutexWord.locked != 0 { return }
      let now = MutexWord.alive(seen, M.forkGeneration)
      var wakes = Unlocking<M>.Wakes()
      var new = now & ~MutexWord.parked
      wakes.ordinary = now & MutexWord.parked != 0
      if now & MutexWord.marked != 0 {
        // The mark stays: the lock is free for its owner to take.
        wakes.heads = now & MutexWord.headSleeps != 0
        new &= ~MutexWord.headSleeps
      }
      new = callingIfNeeded(MutexWord.tidy(new, since: now), &wakes)
      // Also where nothing changes: until then the store may be seen by this thread alone, and a head leave in the belief
      // that the lock is held.
      if M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "after unlock") {
        return wake(wakes, word)
      }
    }
  }

  private static func wake(_ wakes: Unlocking<M>.Wakes, _ word: M.Word) {
    if wakes.heads { M.wake(word, count: .max, among: .heads, at: "wake heads") }
    if let rank = wakes.call { M.callNext(word, rank: rank) }
    if wakes.ordinary, M.wake(word, count: 1, among: .ordinary, at: "wake") == 0 { beginToCount(word) }
  }

  /// Whoever takes the lock meanwhile does not: the word would stay in contended mode.
  private static func beginToCount(_ word: M.Word) {
    while true {
      let seen = M.load(word, .relaxed, at: "begin to count, look")
      guard seen & MutexWord.flags == MutexWord.symmetric, MutexWord.quietUnlocks(seen) == 0 else { return }
      let new = MutexWord.with(quietUnlocks: 1, seen)
      if M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "begin to count") { return }
    }
  }
}
