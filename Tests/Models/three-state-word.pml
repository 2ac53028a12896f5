/*
 * Sources/FastLock/Mutexes/ThreeStateLock.swift, step by step: what the models of the locks on that word
 * share.
 *
 * Abstracted: polling. Its looks at the word change nothing, and how many there are is a matter of time; so
 * they are one look, at any time. The wait that interrupts can end has the steps of the plain one and two
 * more points at which it may leave; so there is one wait, which may leave at all of them, and what holds for
 * it holds for both.
 *
 * A process that locks has the variables `bool taken`, `byte seen` and `mtype outcome`; one that only unlocks
 * needs `seen`. What is checked is the model's own: it defines, as inline, did_use(), run in each step that
 * uses the word, did_acquire() and did_release(), run in the step that takes and in the one that frees the
 * lock. In did_release() `seen` is what the unlock found.
 *
 * The mutants are what stands under #ifdef.
 */

#define FREE 0
#define LOCKED 1
#define CONTENDED 2

byte word = FREE;
byte sleepers;

inline try_lock() {
  atomic {
    did_use();
    if
    :: word == FREE -> word = LOCKED; taken = true; did_acquire()
    :: else
    fi
  }
}

/* Ends with `taken`, or by a time-out or an interrupt. */
inline lock_slow() {
  poll();
  take();
  if
  :: taken
  :: !taken -> seen = FREE /* An interrupt was due. */
  :: !taken ->
     do
     :: taken -> break
     :: !taken ->
        mark();
        if
        :: taken -> break
        :: !taken
        fi;
#ifdef MUTANT_WAIT_WITHOUT_COMPARING
        futex_wait(true, true, sleepers, outcome);
#else
        futex_wait(word, CONTENDED, sleepers, outcome);
#endif
        if
        :: atomic { outcome == timedOut || outcome == interrupted -> outcome = 0 }; break
#ifdef MUTANT_LEAVE_WHEN_WOKEN
        :: atomic { outcome == woken -> outcome = 0 }; break
#endif
        :: atomic { outcome != timedOut -> outcome = 0 }
        fi;
        poll();
#ifdef MUTANT_RETAKE_UNMARKED
        take();
#endif
     od
  fi
}

inline poll() {
  atomic { did_use(); seen = word }
}

inline take() {
  atomic {
    if
    :: seen == FREE ->
       did_use();
       if
#ifdef MUTANT_TAKE_WITHOUT_COMPARING
       :: true -> word = LOCKED; taken = true; did_acquire()
#else
       :: word == FREE -> word = LOCKED; taken = true; did_acquire()
       :: else
#endif
       fi
    :: else
    fi
  }
}

inline mark() {
#ifndef MUTANT_NO_MARK
  atomic {
    if
#ifdef MUTANT_MARK_ONLY_WHAT_IS_TAKEN
    :: seen == LOCKED ->
#else
    :: seen != CONTENDED ->
#endif
       did_use();
       seen = word;
       word = CONTENDED;
       if
       :: seen == FREE -> taken = true; did_acquire()
       :: else
       fi
    :: else
    fi
  };
#endif
  seen = FREE
}

inline unlock() {
#ifdef MUTANT_WAKE_FIRST
  wake_if(word == CONTENDED);
#endif
#ifdef MUTANT_UNLOCK_WITHOUT_EXCHANGE
  atomic { did_use(); seen = word };
  atomic { did_use(); word = FREE; did_release() };
#else
  atomic { did_use(); seen = word; word = FREE; did_release() };
#endif
#ifdef MUTANT_USE_AFTER_UNLOCK
  did_use();
#endif
#if !defined(MUTANT_NO_WAKE) && !defined(MUTANT_WAKE_FIRST)
  wake_if(seen == CONTENDED);
#endif
  seen = FREE
}

inline wake_if(due) {
  if
  :: due -> futex_wake_one(sleepers)
  :: !(due)
  fi
}
