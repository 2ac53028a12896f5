/*
 * The mutex with one read-modify-write for an uncontended lock and unlock: the specification, and its model.
 *
 * THE WORD, 32 bits, all zero at first. Byte 0 is LOCKED, 0 or 1; byte 1 holds flags; bytes 2 and 3 are one number.
 *
 *   lock:    exchange byte 0 with 1; it was 0: done.
 *   unlock:  byte 1 is not 0: unlockSlow, which still owns the lock. It is 0: store 0 to byte 0; byte 1 is not 0 now:
 *            unlockSlowAfterRelease. There is no fence between the store and the second load.
 *
 * Every other change is a compare-exchange of the whole word.
 *
 * | bit         | while it is set                  | set by                       | cleared by
 * |-------------|----------------------------------|------------------------------|---------------------------------
 * | LOCKED      | a thread holds the lock, or      | who takes it, seeing it 0    | the holder, unlocking
 * |             | HANDED is set                    |                              |
 * | PARKED      | ordinary sleepers may exist that | who is about to sleep; who   | the holder, unlocking, or who
 * |             | no wake-up is on its way to      | was woken and takes the lock | finds the lock free; either
 * |             |                                  | or leaves                    | wakes an ordinary sleeper next
 * | SYMMETRIC   | contended mode: each unlock that | who sets PARKED and does not | the holder, unlocking, if PARKED
 * |             | begins sees a flag while owning  | find it set                  | is 0 and LIMIT unlocks were quiet
 * | UNCONFIRMED | a plain unlock that saw no flag  | who set SYMMETRIC and was    | the holder, unlocking; it sets
 * |             | may still be under way           | refused membarrier           | KEPT
 * | KEPT        | SYMMETRIC stays for good         | see UNCONFIRMED              | nobody
 * | MARKED      | one waiter has waited for 1 ms   | that waiter, seeing LOCKED,  | that waiter, taking the lock or
 * |             |                                  | not MARKED and not HANDED    | leaving; the holder, handing over
 * | HANDED      | the lock is that waiter's        | the holder, unlocking, for   | that waiter: now it holds the
 * |             |                                  | MARKED                       | lock
 *
 * Bytes 2 and 3: beside MARKED or HANDED the fork generation of the waiter; without PARKED a count of quiet unlocks.
 *
 * Illegal: PARKED, UNCONFIRMED or KEPT without SYMMETRIC; MARKED or HANDED without PARKED; HANDED without LOCKED;
 * MARKED with HANDED; UNCONFIRMED with KEPT; a count beside PARKED, UNCONFIRMED or KEPT.
 * Required: before a sleep PARKED and SYMMETRIC, in the very value that the kernel compares.
 *
 * WHY NO WAKE-UP IS LOST. Let a thread sleep. It, or a thread that a wake-up reached later, set PARKED while LOCKED was
 * in memory. The holder's unlock may begin after that: it sees a flag and unlocks by a compare-exchange, which takes
 * PARKED away and wakes one, or hands over and leaves PARKED to the next holder. Or its plain unlock had begun. If the
 * second load of that unlock comes after the flags, it sees them and wakes, or leaves them to who holds the lock by
 * then, for whom the same holds. If the second load came before, the store was in the store buffer when SYMMETRIC was
 * set. Who set it owes a membarrier, which empties that buffer, and a look at the word thereafter, also when its
 * deadline has passed: others sleep on the strength of SYMMETRIC. It finds the lock free and takes it or passes the
 * wake-up on, or finds it held by one who sees the flags. There is one such unlock at most: the next lock succeeds
 * only when its store has reached memory. Hence who takes a free lock may set SYMMETRIC and owes nothing.
 * If membarrier is refused, UNCONFIRMED makes every sleep short until an unlock sees it while it owns the lock. That
 * lock was taken after the store in question had reached memory; it gets there, since store buffers drain in the end.
 * Who fell asleep before UNCONFIRMED was set is woken to learn of it.
 * A wake-up takes PARKED away, and its receiver, whose wait returned 0, cannot know whether others sleep. It puts
 * PARKED back, whether it takes the lock, sleeps or leaves; or it finds the lock free, must not take it, and wakes
 * another, with PARKED or without. A wait that ended otherwise has received nothing and owes nothing.
 * MARKED belongs to one thread, which does not stop waiting before it has cleared it or taken HANDED. So HANDED has a
 * taker: asleep in a class of its own, and woken, or awake, and then its wait finds the word changed. A mark from
 * before a fork has none; it is known by its generation, and dropped.
 *
 * OVERTAKING. When MARKED gets into the word, the holder's plain unlock may be under way and miss it, and one thread
 * take the lock. That one sees the flag and hands over. So at most one acquisition comes between; and no marked waiter
 * is ahead, since there is one mark.
 *
 * LEAVING CONTENDED MODE. As long as each wake-up finds a sleeper nothing is counted: the number is 0. One that finds
 * nobody makes it 1. Each further unlock without PARKED adds 1, a lock that had to be waited for starts again from 1,
 * PARKED ends the count. The unlock that finds LIMIT leaves 0.
 *
 * MODELLED: N threads, each of which may stop for good when it holds nothing, on the memory that one-rmw-word.pml
 * describes; with no bound on the number of rounds, unless ROUNDS is one. Switched on by a macro: TRIES; TIMED, locks
 * whose deadline may pass at any time; INTERRUPTS, waits that may have to end without the lock although it is free;
 * STARVE, waiters that have waited for 1 ms; REFUSALS, each membarrier may be refused; FAULTS, sleeps that end with 0
 * spuriously or by EINTR, or do not begin; FORKED, the child of a fork whose thread 0 holds a lock that a thread of
 * the parent had marked.
 * ABSTRACTED: polling, which changes nothing; the order of accesses to what the lock protects.
 *
 * CLAIMED:
 * - Exclusion, across a hand-over too. Legality of the word, as above, after each change.
 * - No lost wake-up: nobody sleeps for good when the others have stopped. No sleep counts on ending by itself, but
 *   under UNCONFIRMED. Nothing handed over is left lying; no mark is left behind.
 * - Overtaking: at most one acquisition, as above.
 * - Return: when all have stopped, LIMIT + 1 pairs leave the word 0, or SYMMETRIC and KEPT after a refusal,
 *   and only the first of them makes a system call.
 * - Progress, if each thread that can go on does (weak fairness): again and again somebody gets the lock or all stop.
 *   With ROUNDS: all get to their end.
 *
 * MUTANTS: NO_BARRIER, NO_SECOND_LOAD, WOKEN_WITHOUT_PARKED, LEAVES_SYMMETRIC_WITH_SLEEPERS, QUIET_IS_NOT_COUNTED; with
 * TIMED LEAVES_BEFORE_BARRIER, LEAVER_DROPS_WAKE_UP; with INTERRUPTS PASS_ON_ONLY_IF_PARKED; with REFUSALS
 * REFUSAL_IGNORED, CONFIRMED_WITHOUT_OWNING, NO_DRAIN (a livelock), and with TIMED too REFUSAL_WAKES_NOBODY; with
 * STARVE NO_HAND_OVER, HANDED_TAKEN_BACK, MARK_BESIDE_HANDED, MARKED_CLASS_FORGOTTEN, and with TIMED too
 * LEAVER_KEEPS_MARK, LEAVER_IGNORES_HANDED; with FORKED MARK_OUTLIVES_FORK.
 */

#ifndef N
#define N 3
#endif

#define LIMIT 2

#include "futex.pml"

mtype = { lock, try, timed, interruptible }
mtype = { own, leave, sleep, barrier, wake_one, wake_marked, wake_all, nobody, nothing }

#include "one-rmw-word.pml"

#ifdef STARVE
#define MAY_STARVE true
#else
#define MAY_STARVE false
#endif
#ifdef FAULTS
#define MAY_FAIL true
#else
#define MAY_FAIL false
#endif

inline choose() {
  if
  :: kind = lock
#ifdef TRIES
  :: kind = try
#endif
#ifdef TIMED
  :: kind = timed
#endif
#ifdef INTERRUPTS
  :: kind = interruptible
#endif
  fi
}

/* The wait returned 0. */
inline did_wake() {
  carries = true;
  if :: MAY_STARVE -> starving = true :: true fi
}

#define MAY_END \
  (HAS(UNCONFIRMED) || MAY_FAIL || (MAY_STARVE && !has_mark) || kind == timed || kind == interruptible)

/*
 * FUTEX_WAIT_BITSET. Whether a sleep ends by itself is chosen when it begins, so that nothing can rely on it; under
 * UNCONFIRMED alone each sleep does. An ordinary sleeper may end its sleep in order to set the mark.
 */
inline sleep_among(queue) {
  if
  :: atomic { word == expected && !HAS(UNCONFIRMED) -> queue = queue | SELF }
     atomic { !(queue & SELF) -> did_wake() }
  :: atomic { word == expected && MAY_END -> queue = queue | SELF }
     if
     :: atomic { !(queue & SELF) -> did_wake() }
     :: atomic {
          queue & SELF -> queue = queue & ~SELF;
          if
          :: MAY_STARVE && !has_mark -> starving = true
          :: kind == timed -> expired = true
          :: kind == interruptible -> quitting = true
          :: MAY_FAIL -> carries = true
          :: MAY_FAIL || (expected & UNCONFIRMED)
          fi
        }
     fi
  :: word != expected || MAY_FAIL
  fi
}

active [N] proctype thread() {
  mtype kind, next;
  byte expected;
  bool carries;  /* A wake-up was received and not passed on. */
  bool has_mark; /* MARKED, or HANDED in exchange for it, is this thread's. */
  bool starving, expired, quitting;
#ifdef ROUNDS
  byte rounds;
#endif

  if
  :: atomic { owner == _pid + 1 -> kind = lock; goto unlock }
  :: owner != _pid + 1
  fi;

again:
  atomic {
    assert(!has_mark);
    next = 0;
    if
#ifdef ROUNDS
    :: rounds == ROUNDS -> goto stop
    :: rounds < ROUNDS -> rounds++
#else
    :: goto stop
    :: true
#endif
    fi;
    choose();
    try_lock();
    if
    :: next == own -> kind = 0; goto unlock
    :: next == nothing && kind == try -> kind = 0; goto again
    :: next == nothing && kind != try -> next = 0
    fi
  }

slow:
  atomic {
    expected = 0;
    if
    :: kind == timed -> expired = true
    :: kind == interruptible -> quitting = true
    :: true
    fi;
    look();
    if
    :: next == sleep && has_mark -> goto asleep_marked
    :: next == sleep && !has_mark -> goto asleep
    :: next == barrier -> expected = 0
    :: else ->
       kind = 0; carries = false; starving = false; expired = false; quitting = false;
       if
       :: next == own -> goto unlock
       :: next == leave -> goto again
       :: next == wake_one || next == wake_marked -> goto pass_on
       fi
    fi
  }

  if
#ifndef MUTANT_NO_BARRIER
  :: d_step { drain(); next = nothing }
#else
  :: next = nothing
#endif
#ifdef REFUSALS
  :: did_refuse();
     if :: wake_everybody() :: next != wake_all fi
#endif
#ifdef MUTANT_LEAVES_BEFORE_BARRIER
  :: atomic { kind == timed -> kind = 0; has_mark = false; starving = false; expired = false; goto again }
#endif
  fi;
  goto slow;

pass_on:
  wake();
  goto again;

asleep:
  sleep_among(ordinary);
  goto slow;

asleep_marked:
  sleep_among(marked);
  goto slow;

progress:
unlock:
  /* The flag that is seen cannot vanish before the step of unlock_slow: SYMMETRIC is the holder's to clear. */
  if
  :: atomic { HAS(FLAGS) || quiet -> unlock_slow() } wake(); goto again
  :: !HAS(FLAGS) && !quiet
  fi;
  plain_unlock();
#ifndef MUTANT_NO_SECOND_LOAD
  if
  :: HAS(FLAGS) || quiet -> unlock_slow_after_release(); wake()
  :: !HAS(FLAGS) && !quiet
  fi;
#endif
  goto again;

stop:
  stopped++
}

/* Store buffers drain in the end. And who comes when all have stopped. */
active proctype memory() {
  mtype next;
  byte pairs;

end:
  do
#ifndef MUTANT_NO_DRAIN
  :: d_step { buffered != 0 -> drain() }
#endif
  :: stopped == N && buffered == 0 -> break
  od;

  assert(!HAS(LOCKED | HANDED) && !MARK_IS_ALIVE && ordinary == 0 && marked == 0);
  do
  :: pairs <= LIMIT ->
     try_lock();
     assert(next == own);
     if
     :: HAS(FLAGS) || quiet ->
        unlock_slow();
        assert(pairs == 0 || next == nothing);
        if :: next == wake_one -> wake_ordinary() :: else fi
     :: else -> plain_unlock(); d_step { drain() }
     fi;
     pairs++
  :: else -> break
  od;
  assert(word == 0 && quiet == 0 || refused && word == (SYMMETRIC | KEPT))
}
