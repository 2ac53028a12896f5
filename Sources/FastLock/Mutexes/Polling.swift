extension Machine {
  /// Polls by loads while the lock whose word is a ``MutexWord`` is held: ``SpinBudget`` says why at such gaps.
  ///
  /// Each gap is by chance between a half and one and a half of its nominal length: who polls in step with the owner finds
  /// the lock taken again and again. Nobody polls behind sleepers.
  static func poll(_ word: Word) {
    let budget = spinBudget()
    var left = budget.pauses
    var looks = budget.firstLooks
    var nextGap = budget.firstGap
    while left > 0 {
      let seen = load(word, .relaxed, at: "poll")
      let isFree = seen & MutexWord.locked == 0
      if seen & MutexWord.parked != 0 || isFree && looks == 0 { return }
      let gap: UInt32
      if looks == 0 {
        gap = nextGap
        nextGap = min(nextGap * 2, budget.longestGap)
      } else {
        gap = isFree ? budget.stepBack : budget.lookGap
        looks = isFree ? 0 : looks - 1
      }
      for _ in 0..<gap / 2 + draw(below: gap + 1) { pause() }
      left -= min(gap, left)
    }
  }
}
