/*
 * The lock that any thread may release and that its next owner may free: Lock.
 *
 * Modelled: Sources/FastLock/Mutexes/ReleasableLock.swift and Waiter.swift, as releasable-word.pml has them. N
 * threads acquire in all ways (blocking or not, with a deadline, interruptibly) and release, whether they
 * acquired or not. Each drops its reference to the lock at any time between two calls, or hands it on to the
 * others with a release, which is then still to wake somebody. With the last reference the memory is gone.
 * One more process does nothing but release the lock, at any time at which it is locked. With FORKED, the
 * child of a fork: the lock was held there, and MARKED or HANDED, by threads that are gone.
 *
 * Abstracted: as releasable-word.pml says. How a call waits is chosen as it goes on: each look may find the
 * deadline passed, each wait may come back woken, too early, too late or interrupted, or not begin, and
 * onInterrupt may end it or not. reinitializeAfterFork(), which runs alone.
 *
 * Claimed, with no bound on the number of calls:
 * - Exact errors: the acquires that succeeded, less the releases that did, are 0 or 1 at each moment. A release
 *   throws if and only if it finds 0, handed over or not; then it changes nothing.
 * - Legality of the word after each change, and its return to zero: it is 0 whenever nobody holds the lock and
 *   nothing is handed over. Marked or handed over is what exactly one waiter knows of.
 * - Overtaking: none. From the mark on nobody acquires before the marked waiter does or gives up.
 * - Life: no step uses the word once the last reference is gone. A late wake-up uses the address only; whom
 *   it finds asleep there, on other memory by then, returns spuriously, as sleepers here do too.
 * - No lost wake-up: nobody sleeps for good, if the lock is released as often as it is acquired. The others
 *   may stop at any time, so a sleeper whom no release is bound to wake is a deadlock.
 * With ROUNDS, a bound on how often each thread calls:
 * - Progress, if each process that can go on does (weak fairness): every call returns, if the lock is
 *   released as often as it is acquired.
 *
 * Mutants: WOKEN_WITHOUT_PARKED, CARRIER_TRUSTS_LOAD, SLEEPS_UNPARKED, WAIT_WITHOUT_COMPARING,
 * TAKE_WITHOUT_COMPARING, RELEASE_WITHOUT_COMPARING, USE_AFTER_RELEASE, NO_WAKE, MARKED_CLASS_FORGOTTEN,
 * NO_HAND_OVER, HANDED_IS_LOCKED, HAND_OVER_DROPS_NUMBER, MARK_BESIDE_HANDED, LEAVER_DROPS_WAKE_UP,
 * LEAVER_KEEPS_MARK, LEAVER_IGNORES_HANDED, STEP_ASIDE_KEEPS_MARK, STEP_ASIDE_KEEPS_HANDED,
 * STEP_ASIDE_WAKES_NOBODY, NO_NEW_LOAD (a livelock); with FORKED MARK_OUTLIVES_FORK, HANDED_OUTLIVES_FORK.
 */

#include "futex.pml"
#include "releasable-word.pml"

byte references = N;
byte stopped; /* Threads that have. */
bool wakes;   /* The releaser is to wake somebody. */

inline did_use() {
  assert(references > 0)
}

inline did_release() {
  hands_on = hands_on && references > 1;
  references = references - hands_on
}

#ifdef ROUNDS
#define ANOTHER_CALL rounds < ROUNDS -> rounds++
#else
#define ANOTHER_CALL true
#endif

#ifdef MUTANT_WAIT_WITHOUT_COMPARING
#define MAY_SLEEP true
#else
#define MAY_SLEEP (word == expected)
#endif

/*
 * A sleep may end by itself only while something else can still happen: so nothing can rely on it, and a
 * sleeper whom nobody is bound to wake is a deadlock.
 */
#define ONE_IF(bit) (((ordinary | marked) & (bit)) -> 1 : 0)
#define IN_QUEUE (ONE_IF(1) + ONE_IF(2) + ONE_IF(4) + ONE_IF(8))
#define SOMEBODY_RUNS (held || wakes || IN_QUEUE + stopped < N)

#define IS_BETWEEN_CALLS (expected == 0 && next == 0)
#define IS_ABOUT_TO_SLEEP (expected != 0 && !is_asleep && next == 0)

/* Loads, and tries to change the word, until it has the lock, leaves, or is about to sleep. */
inline turn() {
  do
  ::
     if
#if defined(MUTANT_TAKE_WITHOUT_COMPARING)
     :: expected != MUST_LOOK -> seen = word
     :: expected == MUST_LOOK -> seen = loaded
#elif defined(MUTANT_NO_NEW_LOAD)
     :: expected == 0 -> seen = word
     :: expected != 0 -> seen = expected
#else
     :: seen = word
     :: carries && expected != 0 -> seen = expected
#endif
     fi;
     if
     :: leaving = true
     :: true
     fi;
     if
     :: MAY_MARK(seen) -> marks = true
     :: true
     fi;
     look();
     if
     :: next == look_again -> next = 0
     :: next != look_again -> next = 0; break
     fi
  od
}

active [N] proctype thread() {
  byte seen, expected;
  mtype next;
  bool is_asleep, carries, leaving, marks, hands_on;
#ifdef MUTANT_TAKE_WITHOUT_COMPARING
  byte loaded;
#endif
#ifdef ROUNDS
  byte rounds;
#endif

  do
#ifdef MUTANT_TAKE_WITHOUT_COMPARING
  :: atomic { IS_BETWEEN_CALLS && ANOTHER_CALL; loaded = word; expected = MUST_LOOK }
#endif
  :: atomic { IS_BETWEEN_CALLS && ANOTHER_CALL; turn() }
  :: atomic { IS_ABOUT_TO_SLEEP -> turn() }
  :: atomic { IS_ABOUT_TO_SLEEP && MAY_SLEEP -> fall_asleep(); is_asleep = true }
  :: atomic { is_asleep && !IS_IN_QUEUE -> is_asleep = false; carries = true; turn() }
  :: atomic {
       is_asleep && IS_IN_QUEUE && SOMEBODY_RUNS -> get_up();
       if
       :: is_asleep = false
       :: true /* With 0, as if woken. */
       fi
     }
  :: atomic { /* Interrupted. */
       IS_ABOUT_TO_SLEEP ->
       if
       :: HAS_MARK -> step_aside(); expected = MUST_LOOK
       :: HAS_MARK -> step_aside(); expected = 0
       :: !HAS_MARK -> expected = 0
       fi
     }
  :: atomic {
       IS_BETWEEN_CALLS && ANOTHER_CALL;
       if
       :: true
       :: references > 1 -> hands_on = true
       fi;
       seen = word;
#ifdef MUTANT_RELEASE_WITHOUT_COMPARING
     };
     atomic {
#endif
       release();
       if
       :: hands_on && next == 0 -> hands_on = false; stopped++; break
       :: !hands_on || next != 0
       fi
     }
  :: atomic {
       next != 0 ->
#ifdef MUTANT_USE_AFTER_RELEASE
       did_use();
#endif
       wake();
       if
       :: hands_on -> hands_on = false; stopped++; break
       :: !hands_on
       fi
     }
  :: atomic { IS_BETWEEN_CALLS -> references--; stopped++; break }
  od
}

active proctype releaser() {
  bool hands_on;
  byte seen;
  mtype next;

  do
  :: atomic { references > 0 && held -> seen = word; release(); wakes = next != 0 }
     if
     :: atomic { next != 0 -> wake(); wakes = false }
     :: next == 0
     fi
  :: references == 0 -> break
  od;
  assert(markers == 0)
}
