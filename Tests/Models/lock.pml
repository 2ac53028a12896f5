/*
 * The lock that any thread may release and that its next owner may free: Lock.
 *
 * Modelled: Sources/FastLock/Mutexes/Lock.swift upon ThreeStateLock.swift, as three-state-word.pml has it. N
 * threads acquire in all ways (blocking or not, with a deadline, interruptibly) and release, whether they
 * acquired or not. Each drops its reference to the lock at any time between two calls, or hands it on to the
 * others with a release, which is then still to wake somebody. With the last reference the memory is gone.
 * One more process does nothing but release the lock, at any time at which it is locked.
 *
 * Abstracted: as in three-state-lock.pml. How an interrupt reaches the main thread: here a wait may be
 * interrupted at any time, and onInterrupt may end it or not. reinitializeAfterFork(), which runs alone.
 *
 * Claimed, with no bound on the number of calls:
 * - Exact errors: the acquires that succeeded, less the releases that did, are 0 or 1 at each moment, and 0
 *   if and only if the word is FREE. A release throws if and only if it finds 0; then it changes nothing.
 * - Life: no step uses the word once the last reference is gone. A late wake-up uses the address only; whom
 *   it finds asleep there, on other memory by then, returns spuriously, as sleepers here do too.
 * - No lost wake-up: nobody sleeps for good, if the lock is released as often as it is acquired. The others
 *   may stop at any time, so a sleeper whom no release is bound to wake is a deadlock.
 * With ROUNDS, a bound on how often each thread calls:
 * - Progress, if each process that can go on does (weak fairness): every call returns, if the lock is
 *   released as often as it is acquired.
 *
 * Mutants: UNLOCK_WITHOUT_EXCHANGE, USE_AFTER_UNLOCK, TAKE_WITHOUT_COMPARING, RETAKE_UNMARKED, NO_MARK,
 * MARK_ONLY_WHAT_IS_TAKEN, WAIT_WITHOUT_COMPARING, LEAVE_WHEN_WOKEN, NO_WAKE, WAKE_FIRST.
 */

#include "futex.pml"
#include "three-state-word.pml"

bool held;
byte references = N;

inline did_use() {
  assert(references > 0);
  assert(word <= CONTENDED && (word == FREE) == !held)
}

inline did_acquire() {
  assert(!held);
  held = true
}

inline did_release() {
  assert((seen == FREE) == !held);
  held = false;
  hands_on = hands_on && references > 1;
  references = references - hands_on
}

#ifdef ROUNDS
#define ANOTHER_CALL rounds < ROUNDS -> rounds++
#else
#define ANOTHER_CALL true
#endif

active [N] proctype thread() {
  bool taken, hands_on;
  byte seen;
  mtype outcome;
#ifdef ROUNDS
  byte rounds;
#endif

  do
  :: ANOTHER_CALL;
     if
     :: try_lock();
        if
        :: taken
        :: !taken /* Not blocking. */
        :: !taken -> lock_slow()
        fi;
        taken = false
     :: if
        :: true
        :: hands_on = true
        fi;
        unlock();
        if
        :: atomic { hands_on -> hands_on = false }; break
        :: !hands_on
        fi
     fi
  :: references--; break
  od
}

active proctype releaser() {
  bool hands_on;
  byte seen;

  do
  :: atomic { references > 0 && held -> unlock() }
  :: references == 0 -> break
  od
}
