/// A blocking lock in one word, with two read-modify-writes for an uncontended lock and unlock.
///
/// The word, after Drepper, "Futexes Are Tricky" (2011), section 5:
///
/// | value       | meaning                          | set by                                | cleared by |
/// |-------------|----------------------------------|---------------------------------------|------------|
/// | `free`      | nobody holds it                  | the holder, unlocking                 | who takes it |
/// | `locked`    | held; nobody is known to sleep   | who takes it free and never slept     | the holder, unlocking |
/// | `contended` | held; sleepers may exist         | a waiter, always before it sleeps     | the holder, unlocking |
///
/// No other value is legal, and no holder changes the word but to unlock it.
///
/// Why no wake-up is lost. A thread sleeps only while the kernel, under its queue's lock, sees `contended`.
/// The exchange that ends `contended` is the unlock's, and that unlock then wakes one sleeper. So a sleeper
/// that no wake-up is on its way to can exist only while the word says `contended`, or while some thread that
/// was woken has not yet looked at the word. That thread cannot know whether others still sleep: it stores
/// `contended`, whether it thereby takes the lock or finds it taken, and the next unlock wakes again. It may
/// leave only after that store: hence a wait that comes back `woken` always goes once more around the loop
/// before the deadline or an interrupt is looked at, and a `contended` that it loads there counts for nothing,
/// since futex(2) does not promise that the load is later than the unlock that woke it. Waits that come back
/// otherwise have consumed no wake-up and may leave at once.
///
/// Waking one is enough: only one can take the lock, and whoever takes it after a sleep wakes the next.
///
/// After contention the last `contended` unlock makes one futile system call and leaves the word zero.
///
/// An unlock uses the word for one exchange, after it only the address: the next owner may free the memory.
/// The exchange is a release and its old value tells a release of a lock that nobody held: it stores what
/// was there.
@usableFromInline
package enum ThreeStateLock<M: Machine> {
  // MARK: Fast halves

  /// Takes the lock if it is free.
  @inlinable @inline(__always)
  package static func tryLock(_ word: M.Word) -> Bool {
    M.compareExchange(word, expected: ThreeState.free, desired: ThreeState.locked, at: "lock")
  }

  /// Frees the lock and returns what the word held: `locked` when all is done, `contended` when
  /// ``wakeOne(_:)`` is due, `free` when nobody held it and nothing was changed.
  @inlinable @inline(__always)
  package static func unlock(_ word: M.Word) -> UInt32 {
    M.exchange(word, with: ThreeState.free, .releasing, at: "unlock")
  }

  // MARK: Slow halves

  /// The rest of an unlock that found `contended`. Touches the address only.
  package static func wakeOne(_ word: M.Word) {
    M.wake(word, count: 1, at: "wake")
  }

  /// Takes the lock, or returns false once `deadline` has passed.
  package static func lockSlow(_ word: M.Word, until deadline: Deadline) -> Bool {
    var state = poll(word)
    if take(word, seen: state) { return true }
    while true {
      if mark(word, seen: state) { return true }
      let outcome = M.wait(word, while: ThreeState.contended, until: deadline, at: "sleep")
      if outcome == .timedOut { return false }
      state = poll(word, after: outcome)
    }
  }

  /// As ``lockSlow(_:until:)``. Runs `onInterrupt` before the first sleep and after each interruption; what it
  /// throws leaves without the lock.
  package static func lockInterruptibly<E: Error>(
    _ word: M.Word, until deadline: Deadline, onInterrupt: () throws(E) -> Void
  ) throws(E) -> Bool {
    var state = poll(word)
    if take(word, seen: state) { return true }
    // Read before the closure looks: what is posted after its look is noticed by the sleep.
    var seen = M.interruptCount()
    try onInterrupt()
    while true {
      if mark(word, seen: state) { return true }
      let outcome = M.waitInterruptibly(
        word, while: ThreeState.contended, until: deadline, seen: &seen, at: "interruptible sleep")
      switch outcome {
      case .timedOut: return false
      case .interrupted: try onInterrupt()
      case .woken, .valueChanged: break
      }
      state = poll(word, after: outcome)
    }
  }

  /// Takes the lock if it was seen free. Stores `locked`: a caller that has not slept owes nobody a wake-up.
  private static func take(_ word: M.Word, seen state: UInt32) -> Bool {
    state == ThreeState.free
      && M.compareExchange(
        word, expected: ThreeState.free, desired: ThreeState.locked, at: "lock after polling")
  }

  /// Makes sure that the word says `contended`; whether the caller took the lock thereby.
  private static func mark(_ word: M.Word, seen state: UInt32) -> Bool {
    state != ThreeState.contended
      && M.exchange(word, with: ThreeState.contended, .acquiring, at: "mark") == ThreeState.free
  }

  /// Polls after a wait; does not return `contended` to a caller that owes the next sleeper a mark.
  private static func poll(_ word: M.Word, after outcome: WaitOutcome) -> UInt32 {
    let state = poll(word)
    return outcome == .woken && state == ThreeState.contended ? ThreeState.locked : state
  }

  /// Polls by loads, with doubling gaps, while the word says `locked`; returns the last value seen.
  ///
  /// Nobody polls behind sleepers: `contended` ends it at once.
  private static func poll(_ word: M.Word) -> UInt32 {
    let budget = M.spinBudget()
    var left = budget.pauses
    var gap = budget.firstGap
    while true {
      let state = M.load(word, .relaxed, at: "poll")
      guard state == ThreeState.locked, left > 0 else { return state }
      for _ in 0..<gap { M.pause() }
      left -= min(gap, left)
      gap = min(gap * 2, budget.longestGap)
    }
  }
}

/// The values of the word of a ``ThreeStateLock``.
@usableFromInline
package enum ThreeState {
  @inlinable @inline(__always)
  package static var free: UInt32 { 0 }

  @inlinable @inline(__always)
  package static var locked: UInt32 { 1 }

  @inlinable @inline(__always)
  package static var contended: UInt32 { 2 }
}
