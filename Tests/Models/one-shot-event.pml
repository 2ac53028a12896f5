/*
 * The event that happens once: the end of a JoinableThread.
 *
 * Modelled: Sources/FastLock/Waiting/OneShotEvent.swift. One process sets the event; N-1 wait for it, each
 * with a deadline or without, and after a false return again or no more. Sleeps end early in all ways that
 * futex.pml knows.
 *
 * Abstracted: memory orders. All is sequentially consistent here, and so is what partial order reduction
 * keeps: that the orderings suffice on real memory is for the exploration of the source to show. The memory
 * outlives all calls.
 *
 * Claimed:
 * - Legality: the word is one of its three values, and HAPPENED from the moment at which the event happens,
 *   for good.
 * - Truth: a wait that returns true returns after the event, and one that begins after the event returns
 *   true.
 * - No lost wake-up: nobody sleeps for good; that would be a deadlock.
 * - Progress, if each process that can go on does (weak fairness): every wait returns.
 *
 * Mutants: NO_LOOK, AWAIT_WITHOUT_COMPARING, WAIT_WITHOUT_COMPARING, SET_WITHOUT_EXCHANGE, NO_WAKE, WAKE_ONE,
 * WAKE_FIRST.
 */

#include "futex.pml"

#define PENDING 0
#define AWAITED 1
#define HAPPENED 2

byte word = PENDING;
byte sleepers;
bool happened;

inline did_use() {
  assert(word <= HAPPENED && (word == HAPPENED) == happened)
}

inline is_set(answer) {
  atomic { did_use(); answer = (word == HAPPENED) }
}

inline await() {
  atomic {
    did_use();
    if
#ifdef MUTANT_AWAIT_WITHOUT_COMPARING
    :: true -> word = AWAITED
#else
    :: word == PENDING -> word = AWAITED
    :: else
#endif
    fi
  }
}

inline wake_if(due) {
  if
#ifdef MUTANT_WAKE_ONE
  :: due -> futex_wake_one(sleepers)
#else
  :: due -> futex_wake_all(sleepers)
#endif
  :: !(due)
  fi
}

active [N - 1] proctype waiter() {
  bool answer, late;
  mtype outcome;

  do
  :: late = happened;
     do
#ifdef MUTANT_NO_LOOK
     :: true;
#else
     :: is_set(answer);
#endif
        if
        :: answer -> break
        :: !answer
        fi;
        await();
#ifdef MUTANT_WAIT_WITHOUT_COMPARING
        futex_wait(true, true, sleepers, outcome);
#else
        futex_wait(word, AWAITED, sleepers, outcome);
#endif
        if
        :: atomic { outcome == timedOut -> outcome = 0 };
           is_set(answer);
           break
        :: atomic { outcome != timedOut -> outcome = 0 }
        fi
     od;
     assert(answer || !late);
     assert(happened || !answer);
     if
     :: answer -> break
     :: !answer
     fi
  :: break
  od
}

active proctype setter() {
  byte former;

#ifdef MUTANT_WAKE_FIRST
  wake_if(word == AWAITED);
#endif
#ifdef MUTANT_SET_WITHOUT_EXCHANGE
  atomic { did_use(); former = word };
  atomic { did_use(); word = HAPPENED; happened = true };
#else
  atomic { did_use(); former = word; word = HAPPENED; happened = true };
#endif
#if !defined(MUTANT_NO_WAKE) && !defined(MUTANT_WAKE_FIRST)
  wake_if(former == AWAITED)
#endif
}
