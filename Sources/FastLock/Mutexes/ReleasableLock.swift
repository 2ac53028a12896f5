/// A blocking lock in one word that any thread may release, with two read-modify-writes for an uncontended acquire and
/// release, that serves starving waiters in order.
///
/// Its bits are of ``MutexWord``, and its waiters are ``Waiter``s:
///
/// | bit      | while set                                | set by                        | cleared by |
/// |----------|------------------------------------------|-------------------------------|------------|
/// | `locked` | locked, or `handed`                      | who acquires it, seeing 0     | the release |
/// | `parked` | ordinary sleepers may exist that no      | who is about to sleep among them; who was woken from among them | who frees the lock or hands it over, and wakes one of them next |
/// |          | wake-up is on its way to                 |                               |            |
/// | `marked`, `handed`, `queued`, `called` | the roles of starving waiters: ``Waiter`` | | |
///
/// A free lock is zero, but while somebody of the queue is on its way: `called` and `queued` may stand beside it. So a try
/// whose compare-exchange of zero fails must look again. Illegal: `parked` or `marked` without `locked`, what is illegal
/// among roles.
///
/// # Why no wake-up is lost
///
/// A thread sleeps only while the kernel, under its queue's lock, sees `locked` and the flag of its class. One
/// read-modify-write ends that: a release that takes the lock away and wakes a sleeper next, or that hands over. A thread
/// that receives an ordinary wake-up cannot know whether others sleep: it sets `parked` again by a read-modify-write,
/// whether it takes the lock or goes back to sleep, and leaves only after a wait that came back otherwise and so received
/// nothing. A load does not do: futex(2) does not promise that it is later than the release which woke. Waking one is
/// enough: only one can take the lock. For the queue ``Waiter`` has the argument.
///
/// # Releases
///
/// A release does all that concerns other threads before it frees the lock or hands it over: it wakes a head that may be
/// asleep, and calls the next of the queue. It frees or hands over by one successful read-modify-write, and uses only the
/// address after that: the next owner may free the memory. Until then the lock is locked, and so the memory there. What the
/// word held tells a release too many: no `locked`, or `handed`, which is a release already. It changes nothing. A `handed`
/// from before a fork is a lock that another thread held at the fork: it may be released, and it may be taken.
///
/// # After contention
///
/// The last release that finds `parked` makes one futile system call and leaves the word zero.
@usableFromInline
package enum ReleasableLock<M: Machine> {
  // MARK: Fast halves

  /// Takes the lock if it is free.
  @inlinable @inline(__always)
  package static func tryLock(_ word: M.Word) -> Bool {
    M.compareExchange(word, expected: 0, desired: MutexWord.locked, .acquiring, at: "lock")
  }

  /// Frees the lock if it is locked and nobody waits; otherwise ``releaseSlow(_:)`` is due.
  @inlinable @inline(__always)
  package static func release(_ word: M.Word) -> Bool {
    M.compareExchange(word, expected: MutexWord.locked, desired: 0, .releasing, at: "release")
  }

  @inlinable @inline(__always)
  package static func isLocked(_ word: M.Word) -> Bool {
    M.load(word, .relaxed, at: "is locked") & MutexWord.locked != 0
  }

  // MARK: Slow halves

  /// Frees the lock or hands it over, or returns false if it is not locked.
  package static func releaseSlow(_ word: M.Word) -> Bool {
    var unlocking = Unlocking<M>()
    var hasMissed = false
    while true {
      let seen = M.load(word, .relaxed, at: "release, look")
      let now = MutexWord.alive(seen, M.forkGeneration)
      guard now & MutexWord.locked != 0, now & MutexWord.handed == 0 else { return false }
      guard unlocking.prepare(word, seen, now) else { continue }
      let needsCall = MutexWord.needsCall(now)
      if needsCall && !hasMissed {
        // Before the release, since after it the word may be gone.
        let new = MutexWord.calling(now, at: M.now())
        if M.compareExchange(word, expected: seen, desired: new, .relaxed, at: "call while held") {
          hasMissed = !M.callNext(word, rank: MutexWord.rank(now))
        }
        continue
      }
      var wakes = Unlocking<M>.Wakes()
      let freed = unlocking.freeing(now, &wakes)
      let new = MutexWord.tidy(needsCall ? freed & ~MutexWord.queued : freed)
      if M.compareExchange(word, expected: seen, desired: new, .releasing, at: "release slowly") {
        // All join the queue again, by their ranks.
        if needsCall { M.wake(word, count: .max, among: .allStarving, at: "wake all starving") }
        if wakes.heads { M.wake(word, count: .max, among: .heads, at: "wake heads") }
        if wakes.ordinary { M.wake(word, count: 1, among: .ordinary, at: "wake") }
        return true
      }
    }
  }

  /// Takes a free lock beside which starving waiters queue, or one whose hand-over has lasted too long, without a system
  /// call.
  package static func trySlow(_ word: M.Word) -> Bool { M.trySlow(word) }

  /// Takes the lock, or returns false once `deadline` has passed.
  package static func lockSlow(_ word: M.Word, until deadline: Deadline) -> Bool {
    if trySlow(word) { return true }
    var waiter = Self.waiter(until: deadline)
    return waiter.wait(for: word) {}
  }

  private static func waiter(until deadline: Deadline) -> Waiter<M> {
    Waiter<M>(Waiter<M>.Rules(flags: 0, unlockMayCall: false), until: deadline)
  }

  /// As ``lockSlow(_:until:)``. Runs `onInterrupt` before the first sleep and after each interruption; what it
  /// throws leaves without the lock.
  package static func lockInterruptibly<E: Error>(
    _ word: M.Word, until deadline: Deadline, onInterrupt: () throws(E) -> Void
  ) throws(E) -> Bool {
    var waiter = Self.waiter(until: deadline)
    waiter.poll(word)
    if trySlow(word) { return true }
    // Read before the closure looks: what is posted after its look is noticed by the sleep.
    var interrupts = InterruptWatch(seen: M.interruptCount())
    try onInterrupt()
    while true {
      switch waiter.look(word) {
      case .took: return true
      case .left: return false
      case .owesBarrier, .polls: break
      case .sleeps(let expected):
        let limit = waiter.limit(expected)
        let outcome = M.waitInterruptibly(
          word, while: expected, among: waiter.sleepers, until: limit, watching: &interrupts,
          at: "interruptible sleep")
        waiter.noteEnd(of: outcome)
        if outcome == .interrupted {
          if waiter.stepAside(word) { _ = releaseSlow(word) }
          try onInterrupt()
        }
      }
      waiter.poll(word)
    }
  }
}
