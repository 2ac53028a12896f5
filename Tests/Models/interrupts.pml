/*
 * How an interrupt reaches the main thread and ends its interruptible wait.
 *
 * Modelled: Sources/FastLock/Foundations/MainThreadInterrupts.swift, waitInterruptibly of Hardware.swift,
 * lockInterruptibly of ReleasableLock.swift with Waiter.swift, and checkInterrupt of Threads. The main thread
 * checks for interrupts and waits interruptibly for a lock, with a deadline or without, any number of times.
 * N-1 workers lock and unlock the same lock and may sleep at the same word. POSTERS post ROUNDS times each at
 * most, one of two signals each time. A worker may keep the lock for as long as an interrupt is due or may
 * still be posted.
 * With LEAVES_PENDING, what the lock runs on an interrupt takes none and lets the wait go on.
 *
 * The slice that bounds a sleep may end it at any time, but nothing can rely on it: it must end a sleep only
 * if a poster's wake-up came in vain, between the main thread's announcement and its sleep. It does so once for
 * each sleep. Hence a wait that needs the slice for anything else, or a second slice, is a deadlock.
 *
 * Abstracted: memory orders; all is sequentially consistent here, as in the source all is that the hand-shake
 * relies on. What releasable-word.pml says, and loads that are older than a wake-up, which releasable-lock.pml
 * has. A handler that posts on the main thread itself: it is a poster that the main thread does not overtake.
 * Posts so many that the count is the same again.
 *
 * Claimed:
 * - No interrupt is lost, dropped or invented: what is pending is what was posted and not thrown since. So each
 *   signal is thrown once for all its posts since it was thrown last, by the first check that begins after one
 *   of them unless a lower one is thrown.
 * - Order: a check throws the lowest signal that was pending when it began, or one that is lower still.
 * - The wait ends after a post, or with LEAVES_PENDING looks again, although the lock is never released: at
 *   once, or after one slice if the wake-up came in vain.
 * - The interrupt's wake-up reaches only the main thread: others that sleep at the word sleep on.
 * - No lost wake-up of the lock: whether or not the main thread leaves by an interrupt, nobody sleeps for good,
 *   and nothing is handed over to one who has left.
 * - Progress, if each process that can go on does (weak fairness): again and again somebody gets the lock or a
 *   call of the main thread returns, or all stop.
 *
 * Mutants: NO_SLICE, COUNT_READ_AFTER_LOOK, ANNOUNCE_AFTER_COUNT, NO_ANNOUNCEMENT, ADDRESS_READ_FIRST,
 * COUNT_BEFORE_PENDING, TAKE_WITHOUT_AND, HIGHEST_FIRST, WAKE_ANYBODY, WAKE_EVERYBODY, THROW_WHEN_WOKEN,
 * THROW_WITH_MARK; with LEAVES_PENDING PENDING_FOR_COUNT.
 */

#ifndef POSTERS
#define POSTERS 2
#endif

#include "futex.pml"
#include "releasable-word.pml"

#define MAIN 1 /* The set of the main thread alone: those who sleep with the interrupt's bit. */

byte pending;
byte posted;
bool announced; /* interruptibleSleep is the word. */

byte due;             /* Signals that were posted and not thrown since. A ghost, as are all below. */
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
  skip
}

inline did_release() {
  skip
}

inline try_lock() {
  atomic {
    if
    :: word == 0 -> word = LOCKED; taken = true; did_acquire()
    :: word != 0
    fi
  }
}

/* Ends with `taken`, ready for a sleep with `expected`, or else without the lock. */
inline turn() {
  atomic {
    seen = word;
    if
    :: leaving = true
    :: true
    fi;
    if
    :: MAY_MARK(seen) -> marks = true
    :: true
    fi;
    look();
    taken = next == took;
    next = 0
  }
}

/* A sleep that ends by itself, or does not begin. */
inline nap() {
  if
  :: atomic { word == expected -> fall_asleep() };
     if
     :: atomic { !IS_IN_QUEUE -> outcome = woken }
     :: atomic {
          IS_IN_QUEUE -> get_up();
          if
          :: outcome = woken
          :: outcome = timedOut
          :: outcome = interrupted
          fi
        }
     fi
  :: outcome = valueChanged
  fi
}

inline unlock() {
  atomic { seen = word; release() };
  if
  :: next != 0 -> wake()
  :: next == 0
  fi
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
     :: atomic { word == expected -> fall_asleep() };
        if
        :: atomic { !IS_IN_QUEUE -> outcome = woken }
#ifndef MUTANT_NO_SLICE
        :: atomic { IS_IN_QUEUE && in_vain -> get_up(); outcome = valueChanged }
#endif
        fi
     :: nap()
     fi
  fi;
  atomic { announced = false; in_vain = false }
}

/* Ends with `taken`, with `thrown`, or by a time-out. */
inline lock_interruptibly() {
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
     turn();
     if
     :: expected == 0 -> break
     :: expected != 0
     fi;
     wait_interruptibly();
     if
     /* Whether the deadline has passed too is for the look that follows, unless an interrupt is thrown. */
#ifdef MUTANT_THROW_WHEN_WOKEN
     :: atomic { outcome == interrupted || outcome == woken -> outcome = 0; expected = 0 };
#else
     :: atomic { outcome == interrupted -> outcome = 0; expected = 0 };
#endif
#ifndef MUTANT_THROW_WITH_MARK
        atomic { step_aside() };
        if
        :: next != 0 -> wake()
        :: next == 0
        fi;
#endif
        on_interrupt()
#ifndef MUTANT_THROW_WHEN_WOKEN
     :: atomic { outcome == woken -> outcome = 0; expected = 0; carries = true }
#endif
     :: atomic { outcome == timedOut || outcome == valueChanged -> outcome = 0; expected = 0 }
     fi
  od;
  count = 0
}

/* Ends with `taken`, or by a time-out. */
inline lock_slow() {
  do
  :: turn();
     if
     :: expected == 0 -> break
     :: expected != 0
     fi;
     if
     :: atomic { word == expected -> fall_asleep() };
        atomic { !IS_IN_QUEUE -> outcome = woken }
     :: nap()
     fi;
     atomic { carries = outcome == woken; outcome = 0; expected = 0 }
  od
}

active proctype main_thread() {
  bool taken;
  bool carries, leaving, marks;
  byte seen, expected, count, signals, thrown, began_with;
  mtype next, outcome;

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
  bool taken, carries, leaving, marks;
  byte seen, expected;
  mtype next, outcome;

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
    others = (ordinary | marked) & ~MAIN;
    in_vain = in_vain || (announced && !((ordinary | marked) & MAIN));
#if defined(MUTANT_WAKE_ANYBODY)
    futex_wake_one(ordinary);
#elif defined(MUTANT_WAKE_EVERYBODY)
    futex_wake_all(ordinary);
    futex_wake_all(marked);
#else
    ordinary = ordinary & ~MAIN;
    marked = marked & ~MAIN;
#endif
    assert(((ordinary | marked) & ~MAIN) == others);
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
