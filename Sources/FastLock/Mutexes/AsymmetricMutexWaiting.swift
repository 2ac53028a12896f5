/// The slow halves of a lock.
extension AsymmetricMutex {
  /// Takes a free lock, or one whose hand-over has lasted too long, without a system call.
  package static func trySlow(_ word: M.Word) -> Bool { M.trySlow(word) }

  /// Takes the lock, or returns false once `deadline` has passed.
  package static func lockSlow(_ word: M.Word, until deadline: Deadline) -> Bool {
    let rules = Waiter<M>.Rules(flags: MutexWord.symmetric, unlockMayCall: true)
    var waiter = Waiter<M>(rules, until: deadline)
    return waiter.wait(for: word) {
      if !M.processBarrier(at: "barrier") { makeUnconfirmed(word) }
    }
  }

  /// Lets every sleep be short from now on: a plain unlock that was under way may have missed that somebody sleeps.
  private static func makeUnconfirmed(_ word: M.Word) {
    while true {
      let seen = M.load(word, .relaxed, at: "refused, look")
      guard seen & MutexWord.locked != 0, seen & MutexWord.symmetric != 0,
        seen & (MutexWord.unconfirmed | MutexWord.kept) == 0
      else { return }
      let new = MutexWord.forgettingCount(seen) | MutexWord.unconfirmed
      guard M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "unconfirm") else { continue }
      M.wake(word, count: .max, among: .all, at: "wake all")
      return
    }
  }
}
