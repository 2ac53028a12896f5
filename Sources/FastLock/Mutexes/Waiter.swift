/// One thread's wait for a lock whose word is a ``MutexWord``: what an ``AsymmetricMutex`` and a ``ReleasableLock`` share.
///
/// A waiter is *patient* for ``Patience/ofWaiters``; ordinary sleepers are woken one at a time, and whoever runs may be
/// quicker. Then it is *starving*: starving waiters are served in order. They sleep in classes of their own, in the
/// kernel's queue, first in, first out. One of them at a time is *called*, that is woken, and becomes *head*: the next
/// unlock hands the lock to it. While a called one is on its way the lock is freed as usual, and nobody waits for a wake-up.
/// Where sections are short and the called one does not come soon, the call is *forgotten*: its flags no longer slow down
/// those who run. The called one becomes head when it comes.
///
/// | bit      | while set                                | set by                        | cleared by |
/// |----------|------------------------------------------|-------------------------------|------------|
/// | `queued` | starving sleepers may exist that no call | a starving waiter about to    | who calls, in the step that sets `called`, |
/// |          | is on its way to                         | sleep or to become head       | before the wake-up; who forgets a call |
/// | `called` | the next is being called, or is on its   | a head that takes the lock or | a called one, becoming head or |
/// |          | way                                      | leaves; an unlock that finds `queued` alone | taking the lock; the caller, when it found nobody; who takes a hand-over back; an unlock, forgetting the call |
/// | `marked` | a head wants the lock                    | a called one; a starving waiter that looks again, or a head whose mark is gone, and sees no role | a head, taking the lock or leaving; the unlock that hands over |
/// | `handed` | the lock is a head's or, beside `called`,| the unlock: for `marked`, or  | who takes it |
/// |          | the called one's                         | beside a `called` that has lasted | |
///
/// Beside a role, bytes 2 and 3 hold: the fork generation (roles of another generation count as none); `headSleeps`, beside
/// `marked`: heads may be asleep; the time of the call or of the hand-over; the highest rank in the queue or, during a call,
/// the next one to call; unlocks since the call. Illegal: `handed` without `locked`; `marked` with `handed` or `called`;
/// `headSleeps` without `marked`.
///
/// # Roles go by the word
///
/// Nothing in the word says whose a role is, and no waiter trusts its memory of one: a called one that finds `marked` or
/// `handed` is in the queue again, one rank higher, and otherwise becomes head; a head that finds `marked` takes it for its
/// own; a head that finds it gone is in the queue again, unless there is no role. So there may be two heads, after a
/// hand-over was taken back. Whoever clears `marked` wakes all heads that may be asleep beside it, unless an unlock has just
/// done so.
///
/// # Why nobody in the queue is forgotten
///
/// A starving waiter falls asleep only while the kernel sees a role in the word. One that sleeps and of which `queued` does
/// not tell implies `called`, or a called waiter that has not looked yet. `queued` implies that somebody has the duty to call: a
/// head, a called one or its caller, or, where `queued` is alone, the holder, whose unlock calls. The duty changes hands in
/// the compare-exchange that takes the lock or leaves. `queued` is cleared only by a thread that wakes next; who is not yet
/// asleep by then finds the word changed. A called one cannot know whether it was the last: its next change of the word sets
/// `queued`, or calls. A call that nobody hears looks again, down the ranks: ``Machine/callNext(_:rank:)``.
///
/// A call is forgotten by the unlock that is the last of ``Machine/unlocksOfShortSections`` within a millisecond: it clears
/// `called` and `queued`. The called waiter has not looked yet, or its caller has still to wake one, and goes on to do so.
/// Who joins the queue meanwhile, and a called waiter that finds no `called`, cannot know the ranks of those who are there:
/// it sets the highest. And who joins does not become head, lest it pass them. If the called one never runs, whoever joins
/// the queue or looks by itself has the next called.
///
/// A head sleeps beside `locked` and `marked`, so there is a holder, whose unlock wakes it before it hands the lock over.
///
/// # Who does not run
///
/// An unlock hands the lock over only to a head that polls or was awake a moment ago: it wakes a head that may be asleep
/// first, and if nobody heard, it frees the lock. A head on its way to its sleep loses a turn by this, and keeps its mark. A
/// hand-over that has lasted
/// for 1 to 2 ms may be taken back by whoever wants the lock, and so may one from before a fork. Each sleeper but those
/// that a condition moved here ends its sleep by itself now and then, and looks. So whoever does not run delays others by
/// some milliseconds once, and loses its turn.
///
/// # Ranks
///
/// To look by itself a waiter must leave the kernel's queue. Its rank, the number of its looks, keeps its place: the times
/// of looks depend on how long a waiter has starved alone, so those of a higher rank have starved longer, within a rank the
/// order is that of the queue, and a call goes to the highest rank first. A waiter whose look falls together with a call
/// is passed by that call. The main thread in an interruptible wait must look at least once a second (``InterruptWatch``),
/// in the highest rank more often than others: there it is called first once that has cost it its place.
///
/// # Overtaking
///
/// From the moment at which a waiter is in the queue it is overtaken by those before it, once each; by nobody who starved
/// later; while a head is there, by one other at most, after a plain unlock that was under way (``ReleasableLock`` has
/// none); by whoever comes while a called one is on its way. That takes a wake-up where a CPU is free for the called one.
/// Otherwise it lasts, if sections take more than some 70 us, until an unlock finds that the call
/// ``MutexWord/hasLasted(_:at:)``; and if they are shorter, until the scheduler lets the called one run. Beyond that only one
/// that does not run, or looks at the very moment of a call, is passed.
struct Waiter<M: Machine> {
  enum Step {
    case took
    case left
    /// It began contended mode: a process barrier is due, and another look.
    case owesBarrier
    /// The word is ready for a sleep while it holds this.
    case sleeps(UInt32)
    /// There is time to poll.
    case polls
  }

  private enum Standing {
    case patient
    /// In the queue, or about to join it.
    case starving
    /// Woken from the queue.
    case called
    /// It has left the queue and wants the lock handed over.
    case head
  }

  /// What differs between the locks.
  struct Rules {
    /// What the word says beside whatever a waiter sets in it.
    var flags: UInt32
    /// Whether a head that got the lock without having slept leaves it to its unlock to call the next.
    var unlockMayCall: Bool
  }

  private let rules: Rules
  private let deadline: Deadline
  private var standing = Standing.patient
  private var poller = Poller(M.spinBudget())
  /// In pauses.
  private var headPolls: UInt32 = 0
  private var hasSleptAsHead = false
  /// When patience ends; nil until the clock was read.
  private var patienceEnds: Deadline?
  /// When ``MutexWord/unconfirmed`` was first met.
  private var unconfirmedSince: Deadline?
  /// How often a starving waiter has looked by itself.
  private var rank: UInt32 = 0
  private var nextLook = Deadline.never
  /// An ordinary wake-up was received and not yet passed on.
  private var carries = false
  private var isLeaving = false

  init(_ rules: Rules, until deadline: Deadline) {
    self.rules = rules
    self.deadline = deadline
  }

  /// Waits until it has taken the lock, or returns false once the deadline has passed. `payBarrier` runs when contended
  /// mode has begun.
  mutating func wait(for word: M.Word, payBarrier: () -> Void) -> Bool {
    while true {
      poll(word)
      switch look(word) {
      case .took: return true
      case .left: return false
      case .polls: break
      case .owesBarrier: payBarrier()
      case .sleeps(let expected):
        let end = limit(expected)
        noteEnd(of: M.wait(word, while: expected, among: sleepers, until: end, at: "sleep"))
      }
    }
  }

  // MARK: Sleeping

  var sleepers: Sleepers {
    switch standing {
    case .patient: .ordinary
    case .starving, .called: .starving(rank)
    case .head: .heads
    }
  }

  /// When the next sleep is to end.
  mutating func limit(_ expected: UInt32) -> Deadline {
    var limit = deadline
    switch standing {
    case .patient:
      // Who would join the queue beside a hand-over could not take it back for a while.
      let isHandedOver = expected & MutexWord.handed != 0
      limit = min(limit, isHandedOver ? M.now().advanced(by: Patience.withHandOver) : endOfPatience())
    case .starving, .called, .head: limit = min(limit, nextLook)
    }
    if expected & MutexWord.unconfirmed != 0 { limit = min(limit, endOfShortSleep()) }
    return limit
  }

  /// A plain unlock may be under way that missed the flags: its store is not in memory yet. That takes microseconds, so the
  /// looks become rarer and end.
  private mutating func endOfShortSleep() -> Deadline {
    let now = M.now()
    let start = unconfirmedSince ?? now
    unconfirmedSince = start
    let time = now.since(start)
    return time < Patience.forStores ? now.advanced(by: max(.milliseconds(1), time)) : .never
  }

  private mutating func endOfPatience() -> Deadline {
    let end = patienceEnds ?? M.now().advanced(by: Patience.ofWaiters)
    patienceEnds = end
    return end
  }

  mutating func noteEnd(of outcome: WaitOutcome) {
    if standing == .head { hasSleptAsHead = true }
    switch outcome {
    case .woken:
      if standing == .patient { carries = true }
      if standing == .starving { standing = .called }
      // The unlock that woke it is about to hand over.
      if standing == .head { headPolls = M.mayPoll() ? M.spinBudget().pauses : 0 }
    case .timedOut, .interrupted: isLeaving = deadline.hasPassed(at: M.now)
    case .valueChanged: break
    }
    if outcome != .valueChanged { noteTime() }
    poller = Poller(isLeaving || standing != .patient ? .none : M.spinBudget())
  }

  private mutating func noteTime() {
    switch standing {
    case .patient:
      guard endOfPatience() <= M.now() else { return }
      standing = .starving
      planLook()
    case .starving, .called, .head:
      guard nextLook <= M.now() else { return }
      rank = min(rank + 1, M.highestRank)
      planLook()
    }
  }

  private mutating func planLook() {
    let now = M.now()
    nextLook = now.advanced(by: Patience.beforeLook(havingStarvedFor: now.since(patienceEnds ?? now)))
  }

  // MARK: Polling

  mutating func poll(_ word: M.Word) {
    standing == .head ? pollAsHead(word) : M.poll(word, &poller)
  }

  /// Until there is something to do or the time is up. Only one thread does, so the gaps can be short.
  private mutating func pollAsHead(_ word: M.Word) {
    while headPolls > 0 {
      let seen = M.load(word, .relaxed, at: "poll as head")
      guard MutexWord.headMustWait(seen) else { return }
      let gap = min(headPolls, 4)
      for _ in 0..<gap { M.pause() }
      headPolls -= gap
    }
  }

  // MARK: Looking

  /// Takes the lock, leaves, or makes the word ready for a sleep.
  mutating func look(_ word: M.Word) -> Step {
    while true {
      let seen = M.load(word, .relaxed, at: "look")
      let now = MutexWord.alive(seen, M.forkGeneration)
      if isFree(now) || isGiven(now) || M.mayTakeBack(seen) {
        if take(word, seen, now) { return .took }
      } else if poller.mayPoll && now & MutexWord.parked == 0 {
        // Another thread was quicker.
        poller.loseRace()
        return .polls
      } else if let step = isLeaving ? leave(word, seen, now) : prepareSleep(word, seen, now) {
        return step
      }
    }
  }

  private func isFree(_ now: UInt32) -> Bool { now & MutexWord.locked == 0 }

  private func isGiven(_ now: UInt32) -> Bool {
    let state = now & (MutexWord.handed | MutexWord.called)
    switch standing {
    case .patient, .starving: return false
    case .called: return state == MutexWord.handed | MutexWord.called
    case .head: return state == MutexWord.handed
    }
  }

  private mutating func take(_ word: M.Word, _ seen: UInt32, _ now: UInt32) -> Bool {
    var new = now
    if isGiven(now) {
      new &= ~MutexWord.handed
    } else if !isFree(now) {
      new = MutexWord.takingBack(now, highestRank: M.highestRank)
    }
    var isSleeperLeft = false
    if standing == .head && new & MutexWord.marked != 0 {
      isSleeperLeft = new & MutexWord.headSleeps != 0
      new &= ~(MutexWord.marked | MutexWord.headSleeps)
    }
    if standing == .called {
      // It cannot know whether it was the last in the queue.
      new = MutexWord.adding(MutexWord.queued, to: new, M.forkGeneration) & ~MutexWord.called
      new = MutexWord.raising(rank: ranksAreKnown(now) ? rank : M.highestRank, new) | rules.flags
    }
    let calls = owesCall(new)
    let nextRank = MutexWord.rank(new)
    if calls { new = MutexWord.calling(new, at: M.now()) }
    if carries { new |= rules.flags | MutexWord.parked }
    new = MutexWord.tidy(new, since: now) | MutexWord.locked
    guard M.compareExchange(word, expected: seen, desired: new, .acquiring, at: "take") else { return false }
    if isSleeperLeft { M.wake(word, count: .max, among: .heads, at: "wake other heads") }
    if calls { M.callNext(word, rank: nextRank) }
    return true
  }

  /// Whether the next in the queue is to be called by who takes the lock. Where sections are long, so that this waiter had
  /// to sleep, the next is to be there before this one ends. Where they are short it would make them longer.
  private func owesCall(_ new: UInt32) -> Bool {
    guard standing == .called || standing == .head else { return false }
    return MutexWord.needsCall(new) && (hasSleptAsHead || !rules.unlockMayCall)
  }

  /// Only a wait that received no wake-up ends in this: there is none to pass on.
  private mutating func leave(_ word: M.Word, _ seen: UInt32, _ now: UInt32) -> Step? {
    guard standing == .head else { return .left }
    return giveUpRole(word, seen, now) ? .left : nil
  }

  private mutating func prepareSleep(_ word: M.Word, _ seen: UInt32, _ now: UInt32) -> Step? {
    var new = MutexWord.forgettingCount(now) | rules.flags
    var next = standing
    var newRank = rank
    var becomesHead = false
    switch standing {
    case .patient: new |= MutexWord.parked
    case .head where now & MutexWord.marked != 0: new |= MutexWord.headSleeps
    case .starving, .called, .head:
      becomesHead = mayBecomeHead(now)
      next = becomesHead ? .head : .starving
      let isTurnedAway = standing == .called && !becomesHead
      if isTurnedAway { newRank = min(rank + 1, M.highestRank) }
      new = MutexWord.adding(MutexWord.queued, to: new, M.forkGeneration)
      new = MutexWord.raising(rank: ranksAreKnown(now) ? newRank : M.highestRank, new)
      if becomesHead { new = new & ~MutexWord.called | MutexWord.marked }
      if carries { new |= MutexWord.parked }
    }
    if becomesHead {
      headPolls = !M.mayPoll() ? 0 : Patience.spinBudgetsOfHead * M.spinBudget().pauses
      hasSleptAsHead = false
      if headPolls == 0 { new |= MutexWord.headSleeps }
    }
    // Who carries a wake-up stores whatever it has seen: the load may be older than the wake-up.
    if new != seen || carries || standing == .called {
      guard M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "park") else { return nil }
    }
    carries = false
    standing = next
    rank = newRank
    if new & ~seen & MutexWord.symmetric != 0 { return .owesBarrier }
    return becomesHead && headPolls > 0 ? .polls : .sleeps(new)
  }

  /// Whether nobody in the queue can have a higher rank than this waiter and those of whom the word tells. A call that was
  /// forgotten may have left others there.
  private func ranksAreKnown(_ now: UInt32) -> Bool {
    now & (standing == .called ? MutexWord.called : MutexWord.roles) != 0
  }

  /// Of one that is starving: whether the next unlock may hand the lock to it. The first look of a starving waiter is not
  /// enough where no role is: a call may have been forgotten, and others be before it.
  private func mayBecomeHead(_ now: UInt32) -> Bool {
    switch standing {
    case .patient: false
    case .starving: now & MutexWord.roles == 0 && rank > 0
    case .called: now & (MutexWord.marked | MutexWord.handed) == 0
    // Its mark is gone: it did not come when it was handed the lock.
    case .head: now & MutexWord.roles == 0
    }
  }

  // MARK: Giving a role back

  /// Of a head: nobody shall wait while the caller does something else. False if another was quicker to change the word.
  private mutating func giveUpRole(_ word: M.Word, _ seen: UInt32, _ now: UInt32) -> Bool {
    standing = .starving
    guard now & MutexWord.marked != 0 else { return true }
    let isSleeperLeft = now & MutexWord.headSleeps != 0
    var new = now & ~(MutexWord.marked | MutexWord.headSleeps)
    let calls = MutexWord.needsCall(new)
    let nextRank = MutexWord.rank(new)
    new = calls ? MutexWord.calling(new, at: M.now()) : MutexWord.tidy(new)
    guard M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "leave") else {
      standing = .head
      return false
    }
    if isSleeperLeft { M.wake(word, count: .max, among: .heads, at: "wake other heads") }
    if calls { M.callNext(word, rank: nextRank) }
    return true
  }

  /// After an interruption. True if the lock was handed over: the caller is to free it.
  mutating func stepAside(_ word: M.Word) -> Bool {
    while standing == .head {
      let seen = M.load(word, .relaxed, at: "step aside, look")
      let now = MutexWord.alive(seen, M.forkGeneration)
      if isGiven(now) {
        guard take(word, seen, now) else { continue }
        standing = .starving
        return true
      }
      if giveUpRole(word, seen, now) { return false }
    }
    return false
  }
}
