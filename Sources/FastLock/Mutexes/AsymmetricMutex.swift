/// A blocking lock in one word, with one read-modify-write for an uncontended lock and unlock, that serves starving waiters
/// in order.
///
/// Byte 0 is `locked`, 0 or 1; byte 1 holds flags; bytes 2 and 3 are one number.
///
/// | bit           | while set                                | set by                        | cleared by |
/// |---------------|------------------------------------------|-------------------------------|------------|
/// | `locked`      | held, or `handed`                        | who takes the lock, seeing 0  | the holder, unlocking; who ends a call in vain, for a `handed` that nobody comes for |
/// | `parked`      | ordinary sleepers may exist that no      | who is about to sleep among them; who was woken from among them | who frees or hands over the lock or finds it free, and wakes one of them next |
/// |               | wake-up is on its way to                 |                               |            |
/// | `symmetric`   | contended mode: every unlock that begins | who is about to sleep and     | the holder, unlocking, after |
/// |               | sees a flag while it owns the lock       | does not find it set          | ``AsymmetricMachine/quietUnlocks`` |
/// | `unconfirmed` | one plain unlock may still be under way  | who set `symmetric` and was   | the holder, unlocking: `kept` then |
/// |               | that saw no flag                         | refused the process barrier   | |
/// | `kept`        | `symmetric` stays                        | the holder, for `unconfirmed` | nobody |
/// | `marked`, `handed`, `queued`, `called` | the roles of starving waiters: ``Waiter`` | | |
///
/// Beside no role the number is, without `parked`, how many unlocks were quiet. Illegal: `parked`, `unconfirmed`, `kept` or
/// a role without `symmetric`; `unconfirmed` with `kept`; what is illegal among roles.
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
/// A thread that sleeps, or a thread that a wake-up reached later, set its flag while `locked` was in memory. Let H hold the
/// lock then. Three cases, by when H loads the flags for the second time:
///
/// 1. H unlocks with a flag in sight. One compare-exchange takes `parked` away, after which one ordinary sleeper is woken,
///    and hands the lock over, frees it, or calls the next of the queue: ``Unlocking``.
/// 2. H's plain unlock was under way, and its second load comes after the flags. It does for a lock that is free what case 1
///    does; a lock that is taken again has a holder who sees the flags.
/// 3. The second load came before the flags. Then the store had not reached memory when `symmetric` was set. The thread that
///    set it owes a process barrier, after which the store has, and then another look, past its deadline too: others sleep
///    on the strength of `symmetric` already. It finds the lock free and takes it, or it finds a holder who sees the flags.
///    (If that very thread is suspended before its look, the others' own timers mend it.)
///
/// If the barrier is refused, `unconfirmed` makes sleeps short until an unlock sees it while it owns the lock: that
/// lock was taken after the store in question had reached memory, which every store does. Those who fell asleep before
/// are woken to learn of it. Of each waiter they are short for no longer than ``Patience/forStores``, counted from when it
/// saw `unconfirmed`: the load that missed the flags was executed before that. A load's value counts only once the
/// instructions before it are done, the store among them, which then leaves its CPU as soon as that has the cache line,
/// whatever runs there by then: an interrupted thread, or virtual CPU, does not hold it back. A waiter that finds the lock
/// held after that time waits for a holder who sees the flags. Should a store take longer all the same, the looks that
/// starving waiters make by themselves find the lock free, in the time again that they have waited.
///
/// A thread that receives an ordinary wake-up cannot know whether others sleep: it sets `parked` again by a
/// read-modify-write, whether it takes the lock or goes back to sleep, and leaves only after a wait that came back otherwise
/// and so received nothing. A load does not do: futex(2) does not promise that it is later than the unlock which woke. One
/// such wake-up is under way at a time, since giving it takes `parked` away; one is enough, since only one can take the lock.
/// For the queue of starving waiters ``Waiter`` has the argument.
///
/// Every slow unlock that sees `parked` wakes an ordinary sleeper, also one that hands the lock over: an ordinary sleeper
/// without a timer of its own waits behind those that fell asleep before it and one plain unlock, however many others
/// starve.
///
/// # After contention
///
/// A wake-up that finds nobody, or the end of the last role, begins a count of quiet unlocks; each unlock that owes nobody
/// anything adds one, also while others poll; a waiter about to sleep ends the count. The unlock that finds
/// ``AsymmetricMachine/quietUnlocks`` leaves the word zero. Only the first makes a system call. After a refused barrier
/// `symmetric` and `kept` stay.
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
@frozen
@usableFromInline
package enum UnlockOutcome: Sendable {
  case done
  /// The lock is still held; ``AsymmetricMutex/unlockSlow(_:)`` is due.
  case held
  /// The lock is released; ``AsymmetricMutex/unlockSlowAfterRelease(_:)`` is due.
  case released
}
