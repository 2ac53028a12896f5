/// A blocking lock in one word that any thread may release, with two read-modify-writes for an uncontended acquire and
/// release, and with bounded overtaking.
///
/// Its bits are of ``MutexWord``, and its waiters are ``Waiter``s:
///
/// | bit      | while set                                | set by                        | cleared by |
/// |----------|------------------------------------------|-------------------------------|------------|
/// | `locked` | locked, or `handed`                      | who acquires it, seeing 0     | the release |
/// | `parked` | ordinary sleepers may exist that no      | who is about to sleep; who    | the release that frees the lock |
/// |          | wake-up is on its way to                 | was woken                     | and wakes one of them next |
/// | `marked` | one waiter has waited for                | that waiter, while the lock is| that waiter, leaving; the release |
/// |          | ``MutexWord/patience``                   | locked and nothing handed     | that hands over |
/// | `handed` | released, and the marked waiter's        | the release, in exchange for  | that waiter: now the lock is |
/// |          |                                          | `marked`                      | acquired |
///
/// The number is, beside `marked` and `handed`, the fork generation of the waiter. Illegal: any bit without `locked`, so
/// that a free lock is zero; `marked` or `handed` without `parked`; both.
///
/// # Why no wake-up is lost
///
/// A thread sleeps only while the kernel, under its queue's lock, sees `locked` and `parked`. One read-modify-write ends
/// that: a release that takes all bits away and wakes a sleeper next, or that hands over and leaves `parked` to the next
/// release. Who receives a wake-up cannot know whether others sleep: it sets `parked` again by a read-modify-write, whether
/// it takes the lock or goes back to sleep, and leaves only after a wait that came back otherwise and so received
/// nothing. A load does not do: futex(2) does not promise that it is later than the release which woke. Waking one is
/// enough: only one can take the lock.
///
/// A mark is one thread's, who clears it before it stops waiting, if it does not find `handed` instead. So what is
/// handed over is always taken: by one who sleeps among `marked` and is woken, or whose sleep finds the word changed. One
/// who was interrupted gives both back before it does anything else.
///
/// # Releases
///
/// A release uses the word for one successful read-modify-write, after it only the address: the next owner may free the
/// memory. Until then the lock is locked, and so the memory there. What the word held tells a release too many: zero, or
/// `handed`, which is a release already. It changes nothing. A `handed` from before a fork is a lock that another thread
/// held at the fork: it may be released.
///
/// # Overtaking
///
/// From the moment the mark is in the word nobody takes the lock before the marked waiter. Then barging resumes.
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
    M.load(word, .relaxed, at: "is locked") != 0
  }

  // MARK: Slow halves

  /// Frees the lock or hands it over, or returns false if it is not locked.
  package static func releaseSlow(_ word: M.Word) -> Bool {
    while true {
      let seen = M.load(word, .relaxed, at: "release, look")
      let generation = M.forkGeneration
      guard seen & MutexWord.locked != 0, !MutexWord.isHanded(seen, generation) else { return false }
      if MutexWord.markIsAlive(seen, generation) {
        let new = MutexWord.handingOver(seen)
        if M.compareExchange(word, expected: seen, desired: new, .releasing, at: "hand over") {
          M.wake(word, count: 1, among: .marked, at: "wake marked")
          return true
        }
      } else if M.compareExchange(word, expected: seen, desired: 0, .releasing, at: "release slowly") {
        if seen & MutexWord.parked != 0 { M.wake(word, count: 1, among: .ordinary, at: "wake") }
        return true
      }
    }
  }

  /// Takes the lock, or returns false once `deadline` has passed.
  package static func lockSlow(_ word: M.Word, until deadline: Deadline) -> Bool {
    var waiter = Waiter<M>(deadline: deadline, sleepFlags: MutexWord.parked)
    return waiter.wait(for: word) {}
  }

  /// As ``lockSlow(_:until:)``. Runs `onInterrupt` before the first sleep and after each interruption; what it
  /// throws leaves without the lock.
  package static func lockInterruptibly<E: Error>(
    _ word: M.Word, until deadline: Deadline, onInterrupt: () throws(E) -> Void
  ) throws(E) -> Bool {
    var waiter = Waiter<M>(deadline: deadline, sleepFlags: MutexWord.parked)
    waiter.poll(word)
    if tryLock(word) { return true }
    // Read before the closure looks: what is posted after its look is noticed by the sleep.
    var seen = M.interruptCount()
    try onInterrupt()
    while true {
      switch waiter.look(word) {
      case .took: return true
      case .left: return false
      case .owesBarrier, .lost: break
      case .sleeps(let expected):
        let limit = waiter.limit(expected)
        let outcome = M.waitInterruptibly(
          word, while: expected, among: waiter.sleepers, until: limit, seen: &seen,
          at: "interruptible sleep")
        waiter.noteEnd(of: outcome)
        if outcome == .interrupted {
          waiter.stepAside(word)
          try onInterrupt()
        }
      }
      waiter.poll(word)
    }
  }
}
