import FastLock

/// What is promised to the starving waiters of a lock whose word is a ``MutexWord``.
package struct Overtaking: Sendable {
  /// How many that do not starve, or starve and just looked by chance, may take the lock before a starving waiter does
  /// while a head is there.
  package var others: UInt8
  /// How many unlocks may return while an ordinary sleeper sleeps on.
  package var unlocksBesideSleeper: UInt8

  package init(others: UInt8, unlocksBesideSleeper: UInt8) {
    self.others = others
    self.unlocksBesideSleeper = unlocksBesideSleeper
  }
}

/// What a world keeps of one thread in order to judge a promise; the thread itself does not know.
struct Starvation {
  /// Its place among the starving, in the order in which they fell asleep as such; 0 if it has none.
  var place: UInt8 = 0
  var overtaken: UInt8 = 0
  /// Woken from the queue.
  var isOnItsWay = false
  var isHead = false
  /// It was handed the lock and did not come: the promise is made to it no more.
  var hasLostTurn = false
  /// Unlocks since it fell asleep among the ordinary.
  var unlocks: UInt8 = 0

  var fingerprint: UInt64 {
    UInt64(place) | UInt64(overtaken) << 8 | UInt64(unlocks) << 16 | (isOnItsWay ? 1 << 24 : 0)
      | (isHead ? 1 << 25 : 0) | (hasLostTurn ? 1 << 26 : 0)
  }
}

extension World {
  private var isJudged: Bool { state.pointee.overtaking != nil }

  /// Before the kernel compares.
  func noteWait(_ bits: UInt32) {
    guard isJudged else { return }
    state.pointee.threads[thread].starvation.isOnItsWay = false
    if bits != Sleepers.heads.bits { state.pointee.threads[thread].starvation.isHead = false }
  }

  func noteSleep(_ bits: UInt32) {
    guard isJudged else { return }
    switch bits {
    case Sleepers.ordinary.bits: state.pointee.threads[thread].starvation.unlocks = 0
    case Sleepers.heads.bits: state.pointee.isHeadAbsent = false
    default:
      // Of two that look at the same moment either may be the first to fall asleep again.
      let hasLooked = bits > Sleepers.starving(0).bits
      running.pointee.sleepBits = bits
      giveLastPlace(to: thread)
      moveBehind(thread, lookers: hasLooked)
    }
  }

  func noteWake(of sleeper: Int, at word: SimulatedWord) {
    guard isJudged else { return }
    let bits = state.pointee.threads[sleeper].sleepBits
    if bits & Sleepers.allStarving.bits != 0 {
      state.pointee.threads[sleeper].starvation.isOnItsWay = true
      moveBehind(sleeper, ranksAbove: value(of: word) & MutexWord.queued == 0 ? .max : bits)
    }
  }

  /// Starving waiters that are woken together have no order.
  func noteWakeTogether(_ bits: UInt32) {
    guard isJudged, bits & Sleepers.allStarving.bits != 0 else { return }
    for other in 0..<state.pointee.threadCount where state.pointee.threads[other].starvation.place > 0 {
      state.pointee.threads[other].starvation.hasLostTurn = true
    }
  }

  private func giveLastPlace(to thread: Int) {
    guard state.pointee.threads[thread].starvation.place == 0 else { return }
    var last: UInt8 = 0
    for other in 0..<state.pointee.threadCount {
      last = max(last, state.pointee.threads[other].starvation.place)
    }
    state.pointee.threads[thread].starvation.place = last + 1
    state.pointee.threads[thread].starvation.overtaken = 0
  }

  /// Who is called, or becomes head, passes those who look by themselves at that moment: nobody can call them. It passes
  /// those of higher ranks, too, who have joined the queue anew while the call was under way.
  private func moveBehind(_ thread: Int, lookers: Bool = true, ranksAbove bits: UInt32 = .max) {
    for other in 0..<state.pointee.threadCount {
      let starvation = state.pointee.threads[other].starvation
      let place = state.pointee.threads[thread].starvation.place
      let isPassed =
        state.pointee.threads[other].status == .ready
        ? lookers : state.pointee.threads[other].sleepBits > bits || hasLowerRank(other, thanOf: thread)
      guard isPassed, starvation.place > 0, starvation.place < place else { continue }
      if starvation.isHead || starvation.isOnItsWay { continue }
      for between in 0..<state.pointee.threadCount {
        let its = state.pointee.threads[between].starvation.place
        if its > starvation.place && its <= place { state.pointee.threads[between].starvation.place -= 1 }
      }
      state.pointee.threads[other].starvation.place = place
    }
  }

  /// Its sleep ends without a wake-up. It loses its place; where it believes to be called, nobody is promised anything from
  /// then on.
  func noteAccident(_ outcome: WaitOutcome, to thread: Int) {
    guard isJudged, state.pointee.threads[thread].sleepBits & Sleepers.allStarving.bits != 0 else { return }
    takePlace(of: thread)
    if outcome == .woken { state.pointee.overtaking = nil }
  }

  /// The ranks tell who has starved for longer. Who fell asleep first does not, of two who became starving at about the same
  /// time.
  private func hasLowerRank(_ other: Int, thanOf thread: Int) -> Bool {
    let bits = state.pointee.threads[other].sleepBits
    return bits & Sleepers.allStarving.bits != 0 && bits < state.pointee.threads[thread].sleepBits
  }

  /// Takes the place of `thread` away: it is served, has given up, or has lost it.
  func takePlace(of thread: Int) {
    let place = state.pointee.threads[thread].starvation.place
    state.pointee.threads[thread].starvation = Starvation()
    guard place > 0 else { return }
    for other in 0..<state.pointee.threadCount where state.pointee.threads[other].starvation.place > place {
      state.pointee.threads[other].starvation.place -= 1
    }
  }

  /// The running thread begins to wait for a lock.
  package func beginWait() {
    running.pointee.isWaiting = true
  }

  /// It waits no more, be it that it has the lock or that it has given up.
  package func endWait() {
    running.pointee.isWaiting = false
    if isJudged { takePlace(of: thread) }
  }

  /// An unlock by the running thread has returned.
  package func noteUnlock() {
    guard let overtaking = state.pointee.overtaking else { return }
    for other in 0..<state.pointee.threadCount
    where state.pointee.threads[other].status == .asleep
      && state.pointee.threads[other].sleepBits == Sleepers.ordinary.bits
    {
      state.pointee.threads[other].starvation.unlocks += 1
      if state.pointee.threads[other].starvation.unlocks > overtaking.unlocksBesideSleeper {
        fail(.broken("an ordinary sleeper was forgotten by unlocks"))
      }
    }
  }

  /// After a successful read-modify-write.
  func noteChange(from old: UInt32, to new: UInt32, at site: StaticString) {
    let isAcquisition = Self.acquisitions.contains { site.isEqual(to: $0) }
    if isAcquisition { running.pointee.isWaiting = false }
    guard let overtaking = state.pointee.overtaking else { return }
    if isCallForgotten(old, new, at: site) { forgetCalled() }
    if old & MutexWord.marked == 0, new & MutexWord.marked != 0 {
      running.pointee.starvation.isHead = true
      state.pointee.isHeadAbsent = false
      giveLastPlace(to: thread)
      moveBehind(thread)
    } else if isAcquisition {
      judgeAcquisition(overtaking, wasHanded: old & MutexWord.handed != 0, word: new)
    } else if old & MutexWord.locked != 0, new & (MutexWord.marked | MutexWord.locked) == MutexWord.marked,
      Self.releases.contains(where: { site.isEqual(to: $0) })
    {
      state.pointee.isHeadAbsent = true
    }
  }

  private static let acquisitions: [StaticString] = ["lock", "take", "try slowly"]
  private static let releases: [StaticString] = ["unlock slowly", "release slowly"]

  private func isCallForgotten(_ old: UInt32, _ new: UInt32, at site: StaticString) -> Bool {
    let (called, handed) = (MutexWord.called, MutexWord.handed)
    return old & called != 0 && new & (called | handed) == 0
      && Self.releases.contains { site.isEqual(to: $0) }
  }

  /// Who was called and has not come, though the lock was freed again and again, may be passed by those called next.
  private func forgetCalled() {
    for other in 0..<state.pointee.threadCount where state.pointee.threads[other].starvation.isOnItsWay {
      state.pointee.threads[other].starvation.hasLostTurn = true
    }
  }

  /// Those for whom a hand-over that was taken back may have been.
  private func forgetReceivers() {
    for other in 0..<state.pointee.threadCount where other != thread {
      let starvation = state.pointee.threads[other].starvation
      if starvation.isHead || starvation.isOnItsWay {
        state.pointee.threads[other].starvation.hasLostTurn = true
        state.pointee.threads[other].starvation.isHead = false
      }
    }
  }

  private func judgeAcquisition(_ overtaking: Overtaking, wasHanded: Bool, word: UInt32) {
    let mine = running.pointee.starvation
    let isServed = mine.isHead || mine.isOnItsWay
    if wasHanded && !isServed { forgetReceivers() }
    for other in 0..<state.pointee.threadCount where other != thread {
      let place = state.pointee.threads[other].starvation.place
      guard place > 0, !state.pointee.threads[other].starvation.hasLostTurn else { continue }
      if isServed && mine.place > 0 {
        if mine.place > place { fail(.overtaken) }
      } else if word & MutexWord.marked != 0 && !state.pointee.isHeadAbsent {
        state.pointee.threads[other].starvation.overtaken += 1
        if state.pointee.threads[other].starvation.overtaken > overtaking.others { fail(.overtaken) }
      }
    }
    takePlace(of: thread)
  }
}

extension StaticString {
  fileprivate func isEqual(to other: StaticString) -> Bool {
    withUTF8Buffer { mine in other.withUTF8Buffer { mine.elementsEqual($0) } }
  }
}
