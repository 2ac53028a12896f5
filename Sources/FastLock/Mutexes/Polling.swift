extension Machine {
  /// Polls by loads, with doubling gaps, while the lock whose word is a ``MutexWord`` is held.
  ///
  /// Each gap is by chance between a half and one and a half of its nominal length: who polls in step with the owner finds
  /// the lock taken again and again. Nobody polls behind sleepers.
  static func poll(_ word: Word) {
    let budget = spinBudget()
    var left = budget.pauses
    var gap = budget.firstGap
    while left > 0 {
      let seen = load(word, .relaxed, at: "poll")
      if seen & MutexWord.locked == 0 || seen & MutexWord.parked != 0 { return }
      for _ in 0..<gap / 2 + draw(below: gap + 1) { pause() }
      left -= min(gap, left)
      gap = min(gap * 2, budget.longestGap)
    }
  }
}
