/*
 * How an interrupt reaches the main thread and ends its interruptible wait.
 *
 * Modelled: Sources/FastLock/Foundations/MainThreadInterrupts.swift, waitInterruptibly of Hardware.swift,
 * lockInterruptibly of ThreeStateLock.swift and checkInterrupt of Threads. The main thread checks for
 * interrupts and waits interruptibly for a lock, with a deadline or without, any number of times. N-1 workers
 * lock and unlock the same lock and may sleep at the same word. POSTERS post ROUNDS times each at most, one of
 * two signals each time. A worker may keep the lock for as long as an interrupt is due or may still be posted.
 * With LEAVES_PENDING, what the lock runs on an interrupt takes none and lets the wait go on.
 *
 * The slice that bounds a sleep may end it at any time, but nothing can rely on it: it must end a sleep only
 * if a poster's wake-up came in vain, between the main thread's announcement and its sleep. It does so once for
 * each sleep. Hence a wait that needs the slice for anything else, or a second slice, is a deadlock.
 *
 * Abstracted: memory orders; all is sequentially consistent here, as in the source all is that the hand-shake
 * relies on. Polling, as three-state-word.pml says. A handler that posts on the main thread itself: it is a
 * poster that the main thread does not overtake. Posts so many that the count is the same again.
 *
 * Claimed:
 * - No interrupt is lost, dropped or invented: what is pending is what was posted and not thrown since. So each
 *   signal is thrown once for all its posts since it was thrown last, by the first check that begins after one
 *   of them unless a lower one is thrown.
 * - Order: a check throws the lowest signal that was pending when it began, or one that is lower still.
 * - The wait ends after a post, or with LEAVES_PENDING looks again, although the lock is never released: at
 *   once, or after one slice if the wake-up came in vain.
 * - The interrupt's wake-up reaches only the main thread: others that sleep at the word sleep on.
 * - No lost wake-up of the lock: whether or not the main thread leaves by an interrupt, nobody sleeps for good.
 * - Progress, if each process that can go on does (weak fairness): again and again somebody gets the lock or a
 *   call of the main thread returns, or all stop.
 *
 * Mutants: NO_SLICE, COUNT_READ_AFTER_LOOK, ANNOUNCE_AFTER_COUNT, NO_ANNOUNCEMENT, ADDRESS_READ_FIRST,
 * COUNT_BEFORE_PENDING, TAKE_WITHOUT_AND, HIGHEST_FIRST, WAKE_ANYBODY, WAKE_EVERYBODY, THROW_WHEN_WOKEN; with
 * LEAVES_PENDING PENDING_FOR_COUNT.
 */

#ifndef POSTERS
#define POSTERS 2
#endif

#include "futex.pml"
#include "three-state-word.pml"

#define NOBODY N
#define MAIN 1 /* The set of the main thread alone: those who sleep with the interrupt's bit. */

byte pending;
byte posted;
bool announced; /* sleepingAt is the word. */

byte owner = NOBODY;  /* A ghost, as are all below. */
byte due;             /* Signals that were posted and not thrown since. */
bool unseen;          /* With LEAVES_PENDING: a post was counted since the main thread looked. */
bool in_vain;         /* Since the announcement a wake-up found the main thread awake. */
byte stopped_posters;
bool main_stopped;

#ifdef LEAVES_PENDING
#define NOTHING_DUE (stopped_posters == POSTERS && !unseen)
#else
#define NOTHING_DUE (stopped_posters == POSTERS && due == 0)
#endif

inline did_use() {
  assert(word <= CONTENDED && (word == FREE) == (owner == NOBODY))
}

inline did_acquire() {
  assert(owner == NOBODY);
  owner = _pid
}

inline did_release() {
  assert(owner == _pid);
  owner = NOBODY
}

/* Ends with what it throws in `thrown`, or with 0 there. */
inline check() {
  if
  :: atomic { pending == 0 -> assert(due == 0) }
  :: atomic { pending != 0 -> began_with = due };
     atomic {
       signals = pending;
#ifdef MUTANT_HIGHEST_FIRST
       thrown = (signals & 2 -> 2 : 1)
#else
       thrown = signals & (~signals + 1)
#endif
     };
     atomic {
#ifdef MUTANT_TAKE_WITHOUT_AND
       pending = signals & ~thrown;
#else
       pending = pending & ~thrown;
#endif
       assert((due & thrown) == thrown && (began_with & (thrown - 1)) == 0);
       due = due & ~thrown;
       assert(thrown != 0 && pending == due);
       signals = 0;
       began_with = 0
     }
  fi
}

inline on_interrupt() {
#ifdef LEAVES_PENDING
  unseen = false
#else
  check()
#endif
}

#ifdef MUTANT_PENDING_FOR_COUNT
#define COUNT pending
#else
#define COUNT posted
#endif

inline announce() {
#ifdef MUTANT_NO_ANNOUNCEMENT
  in_vain = false
#else
  atomic { announced = true; in_vain = false }
#endif
}

inline wait_interruptibly() {
#ifndef MUTANT_ANNOUNCE_AFTER_COUNT
  announce();
#endif
  if
  :: atomic { COUNT != count -> count = COUNT; outcome = interrupted }
  :: COUNT == count ->
#ifdef MUTANT_ANNOUNCE_AFTER_COUNT
     announce();
#endif
     if
     :: atomic { word == CONTENDED -> sleepers = sleepers | SELF };
        if
        :: atomic { !(sleepers & SELF) -> outcome = woken }
#ifndef MUTANT_NO_SLICE
        :: atomic { (sleepers & SELF) && in_vain -> sleepers = sleepers & ~SELF; outcome = valueChanged }
#endif
        fi
     :: futex_nap(word, CONTENDED, sleepers, outcome)
     fi
  fi;
  atomic { announced = false; in_vain = false }
}

/* Ends with `taken`, with `thrown`, or by a time-out. */
inline lock_interruptibly() {
  poll();
  take();
  if
  :: taken
  :: !taken ->
#ifdef MUTANT_COUNT_READ_AFTER_LOOK
     on_interrupt();
     count = COUNT;
#else
     count = COUNT;
     on_interrupt();
#endif
     do
     :: thrown != 0 -> break
     :: thrown == 0 ->
        mark();
        if
        :: taken -> break
        :: !taken
        fi;
        wait_interruptibly();
        if
        :: atomic { outcome == timedOut -> outcome = 0 }; break /* The deadline, and else the slice. */
#ifdef MUTANT_THROW_WHEN_WOKEN
        :: atomic { outcome == interrupted || outcome == woken -> outcome = 0 }; on_interrupt()
#else
        :: atomic { outcome == interrupted -> outcome = 0 }; on_interrupt()
#endif
        :: atomic { outcome != interrupted -> outcome = 0 }
        fi;
        poll()
     od;
     atomic { seen = FREE; count = 0 }
  fi
}

active proctype main_thread() {
  bool taken;
  byte seen, count, signals, thrown, began_with;
  mtype outcome;

  do
  :: check();
progress_checked:
     thrown = 0
  :: try_lock();
     if
     :: taken
     :: !taken -> lock_interruptibly()
     fi;
progress_returned:
     thrown = 0;
     if
     :: taken -> taken = false; unlock()
     :: !taken
     fi
  :: main_stopped = true; break
  od
}

active [N - 1] proctype worker() {
  bool taken;
  byte seen;
  mtype outcome;

  do
  :: try_lock();
     if
     :: taken
     :: !taken -> lock_slow()
     fi;
     if
     :: taken ->
progress:
        taken = false;
        if
        :: true
        :: true -> NOTHING_DUE || main_stopped
        fi;
        unlock()
     :: !taken
     fi
  :: break
  od
}

inline make_pending() {
  atomic { pending = pending | signal; due = due | signal; signal = 0 }
}

inline count_post() {
#ifdef LEAVES_PENDING
  atomic { posted++; unseen = true }
#else
  posted++
#endif
}

/* The interrupt's own wake-up. The address is all it uses. */
inline wake_main_thread() {
  atomic {
    others = sleepers & ~MAIN;
    in_vain = in_vain || (announced && !(sleepers & MAIN));
#if defined(MUTANT_WAKE_ANYBODY)
    futex_wake_one(sleepers);
#elif defined(MUTANT_WAKE_EVERYBODY)
    futex_wake_all(sleepers);
#else
    sleepers = sleepers & ~MAIN;
#endif
    assert((sleepers & ~MAIN) == others);
    others = 0
  }
}

active [POSTERS] proctype poster() {
  byte posts, signal, others;
#ifdef MUTANT_ADDRESS_READ_FIRST
  bool found;
#define FOUND found
#else
#define FOUND announced
#endif

  do
  :: posts < ROUNDS ->
     posts++;
     if
     :: signal = 1
     :: signal = 2
     fi;
#ifdef MUTANT_COUNT_BEFORE_PENDING
     count_post();
     make_pending();
#else
     make_pending();
#ifdef MUTANT_ADDRESS_READ_FIRST
     found = announced;
#endif
     count_post();
#endif
     if
     :: FOUND -> wake_main_thread()
     :: !FOUND
     fi
  :: atomic { stopped_posters++; posts = 0; break }
  od
}
