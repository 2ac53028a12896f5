extension Machine {
  /// Polls the lock whose word is a ``MutexWord`` by loads, until it is free or the poller's budget is spent.
  ///
  /// Each gap is by chance between a half and one and a half of its nominal length: who polls in step with the owner finds
  /// the lock taken again and again. Nobody polls behind sleepers, nor for long
  /// on one CPU, where it keeps the owner from running.
  static func poll(_ word: Word, _ poller: inout Poller) {
    while poller.mayPoll {
      if poller.mustAskWhetherPollingHelps(), !mayPoll() { return poller.giveUp() }
      let gap = poller.spendGap()
      for _ in 0..<gap / 2 + draw(below: gap + 1) { pause() }
      let (seen, ticks) = look(word, isTimed: poller.timesNextLook)
      if seen & MutexWord.parked != 0 { return poller.giveUp() }
      if poller.shouldTake(isFree: seen & MutexWord.locked == 0, ticks: ticks) { return }
    }
  }

  private static func look(_ word: Word, isTimed: Bool) -> (word: UInt32, ticks: UInt32?) {
    guard isTimed else { return (load(word, .relaxed, at: "poll"), nil) }
    let (seen, ticks) = timedLoad(word, at: "poll")
    return (seen, ticks)
  }
}
