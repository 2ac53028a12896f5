/// A blocking lock in one word, with one read-modify-write for an uncontended lock and unlock, and with bounded
/// overtaking.
///
/// Byte 0 is `locked`, 0 or 1; byte 1 holds flags; bytes 2 and 3 are one number.
///
/// | bit           | while set                                | set by                        | cleared by |
/// |---------------|------------------------------------------|-------------------------------|------------|
/// | `locked`      | held, or `handed`                        | who takes the lock, seeing 0  | the holder, unlocking |
/// | `parked`      | ordinary sleepers may exist that no      | who is about to sleep; who    | who frees the lock or finds it |
/// |               | wake-up is on its way to                 | was woken                     | free, and wakes one of them next |
/// | `symmetric`   | contended mode: every unlock that begins | who sets `parked` without it  | the holder, unlocking, after |
/// |               | sees a flag while it owns the lock       |                               | ``AsymmetricMachine/quietUnlocks`` |
/// | `unconfirmed` | one plain unlock may still be under way  | who set `symmetric` and was   | the holder, unlocking: `kept` then |
/// |               | that saw no flag                         | refused the process barrier   | |
/// | `kept`        | `symmetric` stays                        | the holder, for `unconfirmed` | nobody |
/// | `marked`      | one waiter has waited for ``MutexWord/patience``   | that waiter, while the lock is| that waiter, taking the lock or |
/// |               |                                          | held and nothing handed       | leaving; the holder, handing over |
/// | `handed`      | the lock is the marked waiter's          | the holder, unlocking, in     | that waiter: now it holds the lock |
/// |               |                                          | exchange for `marked`         | |
///
/// The number is, beside `marked` and `handed`, the fork generation of the waiter; otherwise, without `parked`, how many
/// unlocks were quiet. Illegal: `parked`, `unconfirmed` or `kept` without `symmetric`; `marked` or `handed` without `parked`;
/// `handed` without `locked` or with `marked`; `unconfirmed` with `kept`.
///
/// # The unlock
///
/// It loads byte 1. Zero: it stores 0 to byte 0 and loads byte 1 again, with no fence between, so that a pair costs
/// one read-modify-write. Not zero, first or then: a slow half. The fence that is missing is paid by who is about to
/// sleep, with a barrier in all threads of the process: an asymmetric Dekker hand-shake (Dice, Huang, Yang,
/// "Asymmetric Dekker Synchronization", 2001; membarrier(2)).
///
/// The word's cache line is fetched for writing before all that: after a vain attempt to lock it is another CPU's, and
/// the load would fetch it for reading alone, to have the store fetch it once more.
///
/// # Why no wake-up is lost
///
/// Who sleeps, or somebody whom a wake-up reached later, set `parked` while `locked` was in memory. Let H hold the lock
/// then. H unlocks with a flag in sight: a compare-exchange takes `parked` away and one sleeper is woken, or the lock is
/// handed over and `parked` left to the next holder. Or H's plain unlock was under way. If its second load comes after the
/// flags, it does the same for a lock that is free; one that is taken again has a holder who sees the flags. If the load
/// came before, the store had not reached memory when `symmetric` was set. Who set that owes a process barrier, after
/// which it has, and then another look, past its deadline too: others sleep on the strength of `symmetric` already. It
/// finds the lock free and takes it or passes the wake-up on, or it finds one who sees the flags.
///
/// If the barrier is refused, `unconfirmed` makes every sleep short until an unlock sees it while it owns the lock: that
/// lock was taken after the store in question had reached memory, which every store does. Those who fell asleep before
/// are woken to learn of it.
///
/// Who receives a wake-up cannot know whether others sleep: it sets `parked` again by a read-modify-write, whether it
/// takes the lock or goes back to sleep, and leaves only after a wait that came back otherwise and so received nothing. A
/// load does not do: futex(2) does not promise that it is later than the unlock which woke. One wake-up is under way at a
/// time, since giving it takes `parked` away; one is enough, since only one can take the lock.
///
/// A mark is one thread's, who clears it before it stops waiting, if it does not find `handed` instead. So what is
/// handed over is always taken: by one who sleeps among `marked` and is woken, or whose sleep finds the word changed.
///
/// # Overtaking
///
/// From the moment the mark is in the word, at most one thread takes the lock before the marked waiter: after a
/// plain unlock that was under way. That one sees the flag and hands over. Then barging resumes.
///
/// # After contention
///
/// A wake-up that finds nobody begins a count of quiet unlocks; each unlock without `parked` adds one, a lock that was
/// waited for begins it anew. The unlock that finds ``AsymmetricMachine/quietUnlocks`` leaves the word zero. Only the first makes a system
/// call. After a refused barrier `symmetric` and `kept` stay.
@usableFromInline
package enum AsymmetricMutex<M: AsymmetricMachine> {
  // MARK: Fast halves

  /// Takes the lock if it is free. Writes to the word whether it is or not: for who will wait otherwise.
  @inlinable @inline(__always)
  package static func lock(_ word: M.Word) -> Bool {
    M.exchangeByte(.first, of: word, with: 1, at: "lock") == 0
  }

  /// Takes the lock if it is free, and leaves the word alone if it is not.
  @inlinable @inline(__always)
  package static func tryLock(_ word: M.Word) -> Bool {
    M.loadByte(.first, of: word, at: "try") == 0 && lock(word)
  }

  @inlinable @inline(__always)
  package static func isLocked(_ word: M.Word) -> Bool {
    M.loadByte(.first, of: word, at: "is locked") != 0
  }

  /// Frees the lock if nobody has set a flag. The word is used after the lock is free: it must outlive the call.
  @inlinable @inline(__always)
  package static func unlock(_ word: M.Word) -> UnlockOutcome {
    M.prefetchForWrite(word)
    if M.loadByte(.second, of: word, at: "flags") != 0 { return .held }
    M.storeByte(0, to: .first, of: word, at: "unlock")
    return M.loadByte(.second, of: word, at: "flags after unlock") == 0 ? .done : .released
  }
}

/// What is left to do of an unlock.
@usableFromInline
package enum UnlockOutcome: Sendable {
  case done
  /// The lock is still held; ``AsymmetricMutex/unlockSlow(_:)`` is due.
  case held
  /// The lock is released; ``AsymmetricMutex/unlockSlowAfterRelease(_:)`` is due.
  case released
}
