/*
 * The lock that any thread may release and that its next owner may free: Lock.
 *
 * Modelled: Sources/FastLock/Mutexes/ReleasableLock.swift and, as starving-queue.pml has them, those who wait. N threads
 * acquire and drop their reference to the lock at any time between two calls. One more process releases the lock at
 * any time at which it is locked, also while who acquired it is still about to call the next. Switched on by a macro:
 * TIMED; INTERRUPTS, waits that are interrupted, after which onInterrupt throws or not; RELEASES, threads that release,
 * acquired or not, and may hand their reference on with the release, which is then still to wake somebody; FORKED, the
 * child of a fork, in which the lock was held and roles are those of threads that are gone; and those of
 * starving-queue.pml. With the last reference the memory is gone.
 *
 * A release that finds QUEUED alone calls the next while the lock is held, since after the release the word may be gone.
 * If a call found nobody, and QUEUED was set again by one that is not asleep yet, it clears the roles as it releases
 * and wakes all who starve.
 *
 * Abstracted: as there. The fast halves, which are the slow ones on a word without flags.
 *
 * Claimed:
 * - Exact errors: the acquires that succeeded, less the releases that did, are 0 or 1 at each moment. A release fails if
 *   and only if it finds the lock free or handed over; then it changes nothing.
 * - Legality of the word after each change. It is 0 when all have ended.
 * - Overtaking: a waiter with a place is overtaken by nobody who starved later, until all were woken together. Nobody else
 *   takes the lock beside MARKED.
 * - Life: no step uses the word once the last reference is gone. A late wake-up uses the address only.
 * - No lost wake-up: nobody sleeps for good, if the lock is released as often as it is acquired. With STOPS: all end but
 *   the one that stopped.
 * - Progress, with ROUNDS and weak fairness: every call returns.
 *
 * Mutants: see the table in run.
 */

#ifndef N
#define N 3
#endif

#include "futex.pml"

#define CONTENDED 0
#define CALLS_WHEN_TAKING true
#ifndef MAY_OVERTAKE
#define MAY_OVERTAKE 1
#endif

#ifdef FORKED
bool held = true;
#else
bool held; /* Acquired once more often than released; a ghost. */
#endif
byte references = N + 1;
byte stopped; /* Threads that have ended; a ghost. */

#include "starving-queue.pml"

mtype = { call_first, too_many }

inline did_use() {
  assert(references > 0)
}

inline did_change() {
  check_roles();
  assert(!HAS(PARKED) || HAS(LOCKED));
  assert(!HAS(SYMMETRIC | UNCONFIRMED | KEPT) && quiet == 0);
  assert(held == (HAS(LOCKED) && !(HAS(HANDED) && HAS(OURS))))
}

inline did_acquire() {
  assert(!held);
  held = true
}

/* What was handed over before a fork may be released, or taken back. */
inline did_take_back() {
  held = held && !IS_DEAD(word)
}

#define IS_HEARD (found != gone)

/* One turn of a release. */
inline release() {
  d_step {
    did_use();
    see_word();
    if
    :: !(old & LOCKED) || (old & HANDED) -> assert(!held); next = too_many; found = unknown; missed = false
    :: (old & LOCKED) && !(old & HANDED) && (old & HEAD_SLEEPS) && found == unknown ->
       word = old & ~HEAD_SLEEPS; next = wake_first
    :: else ->
       if
       :: NEEDS_CALL(fresh) && !missed -> begin_call(); next = call_first
       :: else ->
          w_starving = NEEDS_CALL(fresh);
          all_woken = all_woken || w_starving;
          w_ordinary = (fresh & PARKED) != 0;
#ifdef MUTANT_HAND_OVER_WAKES_NO_ORDINARY
          w_ordinary = w_ordinary && !(fresh & MARKED);
          fresh = ((fresh & MARKED) -> fresh : fresh & ~PARKED);
#else
          fresh = fresh & ~PARKED;
#endif
          if
#ifdef MUTANT_FORGETS_BESIDE_MARKED
          :: (fresh & MARKED) && found != gone -> owe_heads(); fresh = (fresh & ~QUEUED) | HANDED
#elif defined(MUTANT_NO_HAND_OVER)
          :: fresh & MARKED -> w_heads = (fresh & HEAD_SLEEPS) != 0; fresh = fresh & ~(HEAD_SLEEPS | LOCKED)
#else
          :: (fresh & MARKED) && found == gone ->
             w_heads = (fresh & HEAD_SLEEPS) != 0; fresh = fresh & ~(HEAD_SLEEPS | LOCKED); overtakes = 0
          :: (fresh & MARKED) && IS_HEARD -> owe_heads(); fresh = fresh | HANDED
#endif
          :: (fresh & CALLED) && lasted -> fresh = fresh | HANDED
          :: (fresh & CALLED) && forgets -> fresh = fresh & ~LOCKED; forget_call()
          :: else -> fresh = fresh & ~LOCKED
          fi;
          fresh = (w_starving -> fresh & ~QUEUED : fresh);
#ifdef MUTANT_MISSED_WAKE_NOBODY
          w_starving = false;
#endif
          found = unknown; missed = false;
          tidy();
          held = false;
          references = references - hands_on;
          next = done
       fi;
       word = fresh
    fi;
    lasted = false; forgets = false;
    did_change()
  }
}

#define OWES (w_heads || call || w_ordinary || w_starving)

/* The wake-ups that are due, and what they lead to. Those after a release use the address only. */
inline serve() {
  do
  :: atomic { w_heads -> heads = 0; w_heads = false; if :: OWES :: else -> break fi }
  :: atomic {
       !w_heads && w_starving ->
       queue = 0; line0 = 0; line1 = 0; forget_places(); all_woken = true; w_starving = false;
       if :: OWES :: else -> break fi
     }
  :: atomic {
       !w_heads && !w_starving && (call == 1 || call == CALLS_ALL) && line0 != 0 ->
       wake_first_of(line0); end_call();
       if :: OWES :: else -> break fi
     }
  :: atomic {
       !w_heads && !w_starving && (call == 2 || call == CALLS_ALL) && line1 != 0 ->
       wake_first_of(line1); end_call();
       if :: OWES :: else -> break fi
     }
  :: atomic {
       !w_heads && !w_starving && call == CALLS_ALL && line0 == 0 && line1 == 0 ->
       end_call();
       if :: OWES :: else -> break fi
     }
  :: atomic { !w_heads && !w_starving && call == 1 && line0 == 0 -> call = CALLED_IN_VAIN }
  :: atomic { !w_heads && !w_starving && call == 2 && line1 == 0 -> call = CALLED_IN_VAIN + 1 }
  :: atomic {
       !w_heads && !w_starving && (call == CALLED_IN_VAIN || call == CALLED_IN_VAIN + 1) ->
       look_after_vain_call(next != left);
       misses = (call == 0 -> 0 : misses);
       if :: next != call_first -> missed = false :: else fi;
       if :: call == 0 -> note_end_of_call() :: else fi;
       if :: OWES :: else -> break fi
     }
  :: atomic {
       !w_heads && !w_starving && call == 0 && w_ordinary ->
#ifdef MUTANT_USE_AFTER_RELEASE
       did_use();
#endif
#ifndef MUTANT_NO_WAKE
       futex_wake_one(ordinary);
#endif
       w_ordinary = false;
       break
     }
  od
}

/* Without a reference of its own if `hands_on`. */
inline release_all() {
  do
  :: atomic {
#ifdef STARVE
       choose_age();
#endif
       release();
       if
       :: next == wake_first
       :: next == call_first || next == done && OWES 
       :: next == too_many || next == done && !OWES -> break
       fi
     }
     if
     :: atomic { next == wake_first -> found = (heads != 0 -> awake : gone); heads = 0; next = 0 }
     :: next != wake_first ->
        serve();
        if
        :: atomic { next == call_first -> next = 0 }
        :: next == done -> break
        fi
     fi
  od
}

active [N] proctype thread() {
  WAITER;
  bool hands_on, w_starving, interrupts;
#ifdef ROUNDS
  byte rounds;
#endif

again:
  atomic {
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
    if
    :: next = nothing
#ifdef TIMED
    :: next = nothing; timed = true
#endif
#ifdef RELEASES
    :: goto releasing
    :: references > 1 -> hands_on = true; goto releasing
#endif
    fi
  }

waiting:
  do
  :: atomic {
       next == nothing ->
       choose_look();
       look();
       if
       :: next == own || next == left -> break
       :: else
       fi
     }
  :: atomic { next == sleep && word == expected -> fall_asleep(); next = asleep }
  :: atomic { next == sleep && (word != expected || MAY_FAIL) -> slept = slept || standing == head; expected = 0; next = nothing }
  :: atomic { next == asleep && !IS_ASLEEP -> did_wake(); expected = 0; next = nothing }
  :: atomic { next == asleep && IS_ASLEEP && CAN_NAP -> nap(); expected = 0; next = nothing }
#ifdef INTERRUPTS
  :: atomic {
       (next == sleep || next == asleep && IS_ASLEEP) ->
       get_up(); expected = 0;
       if :: standing == starving -> lose_place() :: standing == head -> slept = true :: else fi;
       step_aside();
       interrupts = true;
       if
       :: next == own -> break
       :: next == left && OWES -> break
       :: next == left && !OWES -> next = nothing; interrupts = false
       :: next == nothing -> interrupts = false
       fi;
       if
       :: true
       :: forget_waiter(); goto again /* What the closure throws. */
       fi
     }
#endif
#ifdef STOPS
  :: atomic { (next == nothing || next == asleep) && MAY_STOP -> stops = 1; goto stopped_for_ever }
#endif
  od;

  if
  :: OWES -> serve()
  :: !OWES
  fi;
  if
  :: atomic { next == own && !interrupts -> goto again }
  :: atomic { next == left && !interrupts -> goto again }
  :: atomic {
       next == left && interrupts ->
       interrupts = false;
       if
       :: next = nothing; goto waiting
       :: forget_waiter(); goto again
       fi
     }
  :: atomic { next == own && interrupts -> goto releasing }
  fi;

releasing:
  release_all();
  atomic {
    if
    :: hands_on && next == done -> hands_on = false; stopped++; goto end_of_thread
    :: interrupts ->
       interrupts = false;
       if
       :: next = nothing; standing = starving; goto waiting
       :: goto again
       fi
    :: else -> hands_on = false; goto again
    fi
  }

stopped_for_ever:
  atomic { lose_place(); believers = believers & ~SELF }
end_stopped:
  false;

stop:
  atomic { references--; stopped++ };
end_of_thread:
  skip
}

active proctype releaser() {
  WAITER;
  bool hands_on, w_starving;

end:
  do
  :: held -> release_all(); next = 0
  :: atomic { references == 1 && !held -> references--; break }
  od;
  stopped == N;
  assert(!HAS(LOCKED) && (!HAS(ROLES) || IS_DEAD(word)) && ordinary == 0 && heads == 0 && queue == 0)
}
