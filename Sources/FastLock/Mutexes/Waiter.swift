/// One thread's wait for a lock whose word is a ``MutexWord``: what an ``AsymmetricMutex`` and a ``ReleasableLock`` share.
struct Waiter<M: Machine> {
  enum Step {
    case took
    case left
    /// It began contended mode: a process barrier is due, and another look.
    case owesBarrier
    /// The word is ready for a sleep while it holds this.
    case sleeps(UInt32)
    /// Another thread was quicker, and there is time to poll on.
    case lost
  }

  private let deadline: Deadline
  private var poller = Poller(M.spinBudget())
  /// What the word says while somebody sleeps.
  private let sleepFlags: UInt32
  /// When patience ends; nil until the clock was read.
  private var patienceEnds: Deadline?
  private var shortSleep = Duration.milliseconds(1)
  /// How many more sleeps end by themselves since it was woken in vain after patience had ended.
  private var looksLeft = 0
  /// A wake-up was received and not yet passed on.
  private var carries = false
  /// `marked`, or `handed` in exchange for it, is this waiter's.
  private var hasMark = false
  private var isStarving = false
  private var isLeaving = false

  init(deadline: Deadline, sleepFlags: UInt32) {
    self.deadline = deadline
    self.sleepFlags = sleepFlags
  }

  /// Waits until it has taken the lock, or returns false once the deadline has passed. `payBarrier` runs when contended
  /// mode has begun.
  mutating func wait(for word: M.Word, payBarrier: () -> Void) -> Bool {
    while true {
      poll(word)
      switch look(word) {
      case .took: return true
      case .left: return false
      case .lost: break
      case .owesBarrier: payBarrier()
      case .sleeps(let expected):
        let end = limit(expected)
        noteEnd(of: M.wait(word, while: expected, among: sleepers, until: end, at: "sleep"))
      }
    }
  }

  var sleepers: Sleepers { hasMark ? .marked : .ordinary }

  /// When the next sleep is to end.
  mutating func limit(_ expected: UInt32) -> Deadline {
    var limit = deadline
    if !hasMark { limit = min(limit, isStarving ? nextLook() : endOfPatience()) }
    if expected & MutexWord.unconfirmed != 0 {
      limit = min(limit, M.now().advanced(by: shortSleep))
      shortSleep = min(shortSleep * 2, .milliseconds(64))
    }
    return limit
  }

  private mutating func endOfPatience() -> Deadline {
    let end = patienceEnds ?? M.now().advanced(by: MutexWord.patience)
    patienceEnds = end
    return end
  }

  /// Who was woken and finds the lock taken sleeps behind all others, and the next wake-up may be in vain again. So it
  /// looks by itself for a while, for a free lock or for the mark. Who was not woken keeps its place among the sleepers.
  private mutating func nextLook() -> Deadline {
    guard looksLeft > 0 else { return .never }
    looksLeft -= 1
    return M.now().advanced(by: .milliseconds(8))
  }

  mutating func noteEnd(of outcome: WaitOutcome) {
    switch outcome {
    case .woken:
      carries = true
      if let patienceEnds, patienceEnds <= M.now() {
        isStarving = true
        looksLeft = 16
      }
    case .timedOut, .interrupted:
      isLeaving = deadline.hasPassed(at: M.now)
      if outcome == .timedOut { isStarving = true }
    case .valueChanged: break
    }
    poller = Poller(isLeaving ? .none : M.spinBudget())
  }

  mutating func poll(_ word: M.Word) { M.poll(word, &poller) }

  /// Takes the lock, leaves, or makes the word ready for a sleep.
  mutating func look(_ word: M.Word) -> Step {
    while true {
      let seen = M.load(word, .relaxed, at: "look")
      if hasMark && seen & MutexWord.handed != 0 {
        if take(word, seen, MutexWord.forgettingMark(seen)) { return .took }
      } else if seen & MutexWord.locked == 0 {
        if take(word, seen, taken(seen)) { return .took }
      } else if poller.mayPoll && seen & MutexWord.parked == 0 {
        poller.loseRace()
        return .lost
      } else if let step = isLeaving ? leave(word, seen) : prepareSleep(word, seen) {
        return step
      }
    }
  }

  private func taken(_ seen: UInt32) -> UInt32 {
    let free = hasMark ? MutexWord.forgettingMark(seen) : seen
    if carries { return sleeping(free) | MutexWord.locked }
    let count = free & MutexWord.marked == 0 ? MutexWord.number(free) : 0
    return (count > 1 ? MutexWord.with(number: 1, free) : free) | MutexWord.locked
  }

  private func take(_ word: M.Word, _ seen: UInt32, _ new: UInt32) -> Bool {
    M.compareExchange(word, expected: seen, desired: new, .acquiring, at: "take")
  }

  /// Only a wait that received no wake-up ends in this: there is none to pass on.
  private mutating func leave(_ word: M.Word, _ seen: UInt32) -> Step? {
    let new = hasMark ? MutexWord.forgettingMark(seen) : seen
    guard change(word, seen, new, at: "leave") else { return nil }
    hasMark = false
    return .left
  }

  private mutating func prepareSleep(_ word: M.Word, _ seen: UInt32) -> Step? {
    var new = sleeping(seen)
    let setsMark =
      isStarving && !hasMark && seen & MutexWord.handed == 0
      && !MutexWord.markIsAlive(seen, M.forkGeneration)
    if setsMark {
      new = MutexWord.with(number: M.forkGeneration & 0xffff, new | MutexWord.marked)
    }
    guard change(word, seen, new, at: "park") else { return nil }
    carries = false
    hasMark = hasMark || setsMark
    return owesBarrier(seen, new) ? .owesBarrier : .sleeps(new)
  }

  /// Who carries a wake-up stores whatever it has seen: the load may be older than the wake-up.
  private func change(_ word: M.Word, _ seen: UInt32, _ new: UInt32, at site: StaticString) -> Bool {
    if new == seen && !carries { return true }
    return M.compareExchange(word, expected: seen, desired: new, .relaxed, at: site)
  }

  private func sleeping(_ word: UInt32) -> UInt32 {
    MutexWord.forgettingCount(word) | sleepFlags
  }

  private func owesBarrier(_ seen: UInt32, _ new: UInt32) -> Bool {
    new & ~seen & MutexWord.symmetric != 0
  }

  // MARK: Interruptions

  /// Gives a mark back, and what was handed over for it: nobody shall wait while the caller does something else.
  ///
  /// Not for one who carries a wake-up.
  mutating func stepAside(_ word: M.Word) {
    guard hasMark else { return }
    hasMark = false
    while true {
      let seen = M.load(word, .relaxed, at: "step aside, look")
      let isHanded = seen & MutexWord.handed != 0
      let new = isHanded ? 0 : MutexWord.forgettingMark(seen)
      guard M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "step aside") else {
        continue
      }
      if isHanded { M.wake(word, count: 1, among: .ordinary, at: "wake another") }
      return
    }
  }
}
