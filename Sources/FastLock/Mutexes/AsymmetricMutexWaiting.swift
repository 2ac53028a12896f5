/// The slow halves of a lock.
extension AsymmetricMutex {
  /// After this time a waiter marks the word, so that the lock is handed to it. Long enough that nobody does in the
  /// ordinary course of contention, since a hand-over leaves the lock idle until the new owner runs.
  package static var patience: Duration { .milliseconds(1) }

  /// Takes the lock, or returns false once `deadline` has passed.
  package static func lockSlow(_ word: M.Word, until deadline: Deadline) -> Bool {
    var waiter = Waiter(deadline: deadline)
    while true {
      poll(word)
      switch waiter.look(word) {
      case .took: return true
      case .left: return false
      case .owesBarrier: if !M.processBarrier(at: "barrier") { makeUnconfirmed(word) }
      case .sleeps(let expected):
        waiter.noteEnd(
          of: M.wait(
            word, while: expected, among: waiter.sleepers, until: waiter.limit(expected), at: "sleep"))
      }
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
      _ = M.wake(word, count: .max, among: .ordinary, at: "wake all")
      _ = M.wake(word, count: .max, among: .marked, at: "wake all marked")
      return
    }
  }

  /// Polls by loads, with doubling gaps, while the lock is held.
  ///
  /// Nobody polls behind sleepers.
  private static func poll(_ word: M.Word) {
    let budget = M.spinBudget()
    var left = budget.pauses
    var gap = budget.firstGap
    while left > 0 {
      let seen = M.load(word, .relaxed, at: "poll")
      if seen & MutexWord.locked == 0 || seen & MutexWord.parked != 0 { return }
      for _ in 0..<gap { M.pause() }
      left -= min(gap, left)
      gap = min(gap * 2, budget.longestGap)
    }
  }
}
