/// Serving the queue of starving waiters, beside a lock whose word is a ``MutexWord``.
extension Machine {
  /// Whether the lock was handed over, and nobody has come for it in time or can: who wants it may take it.
  static func mayTakeBack(_ word: UInt32) -> Bool {
    guard word & MutexWord.handed != 0 else { return false }
    return !MutexWord.isOf(forkGeneration, word) || MutexWord.hasLasted(word, at: now())
  }

  /// Takes a lock that is free, or whose hand-over is taken back, without a system call.
  static func trySlow(_ word: Word) -> Bool {
    while true {
      let seen = load(word, .relaxed, at: "try slowly, look")
      var new = seen | MutexWord.locked
      if seen & MutexWord.locked != 0 {
        guard mayTakeBack(seen) else { return false }
        new = MutexWord.takingBack(MutexWord.alive(seen, forkGeneration), highestRank: highestRank)
      }
      if compareExchange(word, expected: seen, desired: new, .acquiring, at: "try slowly") { return true }
    }
  }

  /// Wakes the next in the queue, after the caller has set ``MutexWord/called`` and cleared ``MutexWord/queued``: those of
  /// the highest rank first. If there is none, ends the call.
  ///
  /// - Returns: false if nobody was caught asleep: ``MutexWord/queued``, which somebody may have set, is left to the next
  ///   unlock then.
  @discardableResult
  static func callNext(_ word: Word, rank: UInt32) -> Bool {
    var rank = rank
    var misses = 0
    while !callFirst(word, rank: rank) {
      switch lookAfterVainCall(word, rank: rank, misses: &misses) {
      case .again(let next): rank = next
      case .done: return true
      case .missed: return false
      }
    }
    return true
  }

  private static func callFirst(_ word: Word, rank: UInt32) -> Bool {
    // In the highest rank a thread that looks more often than others would be the last for ever.
    if rank == highestRank, wake(word, count: 1, among: .mainThread, at: "call") > 0 { return true }
    return wake(word, count: 1, among: .starving(rank), at: "call") > 0
  }

  private static func lookAfterVainCall(_ word: Word, rank: UInt32, misses: inout Int) -> VainCall {
    while true {
      let seen = load(word, .relaxed, at: "call, look")
      let now = MutexWord.alive(seen, forkGeneration)
      guard now & MutexWord.called != 0 else {
        // Where there is no role an unlock has forgotten the call, and who joined the queue during it.
        if now & MutexWord.roles == 0 { wake(word, count: 1, among: .allStarving, at: "call of all ranks") }
        return .done
      }
      let next = MutexWord.rank(now)
      let isQueued = now & MutexWord.queued != 0
      // Somebody has joined the queue during the call whom the ranks below do not have.
      let isMiss = isQueued && next >= rank
      var new = now
      var result = VainCall.again(next)
      var wakes = false
      if isMiss && misses >= 2 && now & MutexWord.locked != 0 {
        if now & MutexWord.handed != 0 {
          // Nobody has come: let who joins the queue take the lock.
          new &= ~(MutexWord.handed | MutexWord.locked | MutexWord.queued | MutexWord.parked)
          wakes = now & MutexWord.parked != 0
        } else {
          new &= ~MutexWord.called
          result = .missed
        }
      } else if isQueued || rank > 0 {
        // Where the lock is free, who joins the queue takes it instead.
        new = MutexWord.callingAgain(now)
      } else {
        new &= ~MutexWord.called
        // The lock may have been handed over to whom the call was meant for.
        if now & MutexWord.handed != 0 { new &= ~(MutexWord.handed | MutexWord.locked) }
        // Where the lock is free, with nobody called to come for it, an ordinary sleeper is owed its wake-up.
        wakes = new & MutexWord.locked == 0 && new & MutexWord.parked != 0
        if wakes { new &= ~MutexWord.parked }
        new = MutexWord.tidy(new)
        result = .missed
      }
      guard compareExchange(word, expected: seen, desired: new, .releasing, at: "call, nobody") else {
        continue
      }
      if wakes { wake(word, count: 1, among: .ordinary, at: "wake for nobody called") }
      if isMiss { misses += 1 }
      return result
    }
  }
}

/// What is to be done after a call that nobody of the highest rank heard.
private enum VainCall {
  case done
  /// Nobody is called any more, and somebody may be about to sleep.
  case missed
  /// Call those of this rank.
  case again(UInt32)
}

/// What an unlock does about the roles that it finds in the word, and about ordinary sleepers.
struct Unlocking<M: Machine> {
  private enum Head {
    case unknown, awake
    /// On its way to its sleep, or suspended: it looks at the word when it runs.
    case absent
  }

  private var head = Head.unknown

  /// The wake-ups that a change of the word has made due.
  struct Wakes {
    var heads = false
    var ordinary = false
    /// The rank to call.
    var call: UInt32?
  }

  /// While the lock is held: wakes a head that may be asleep before the lock is handed to it, so that none is handed to
  /// one who does not hear. False if the word may have changed.
  mutating func prepare(_ word: M.Word, _ seen: UInt32, _ now: UInt32) -> Bool {
    let both = MutexWord.marked | MutexWord.headSleeps
    guard now & both == both, head == .unknown else { return true }
    let new = now & ~MutexWord.headSleeps
    if M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "wake head first") {
      head = M.wake(word, count: .max, among: .heads, at: "wake head") > 0 ? .awake : .absent
    }
    return false
  }

  /// The word with the lock handed over or freed.
  func freeing(_ now: UInt32, _ wakes: inout Wakes) -> UInt32 {
    var new = now & ~MutexWord.parked
    wakes.ordinary = now & MutexWord.parked != 0
    if new & MutexWord.marked != 0 {
      wakes.heads = new & MutexWord.headSleeps != 0
      new &= ~MutexWord.headSleeps
      if head != .absent { return MutexWord.handingOver(new, at: M.now()) }
    } else if new & MutexWord.called != 0 {
      let time = M.now()
      if MutexWord.hasLasted(new, at: time) { return MutexWord.handingOver(new, at: time) }
      new = MutexWord.freeingBesideCalled(new, manyUnlocks: M.unlocksOfShortSections, at: time)
    }
    return new & ~MutexWord.locked
  }
}
