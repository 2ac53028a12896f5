/*
 * The mutex on one word: RawMutex, and Mutex and Locked upon it.
 *
 * Modelled: Sources/FastLock/Mutexes/ThreeStateLock.swift and the fast halves of FutexLock.swift, as
 * three-state-word.pml has them. N threads lock, try, wait with and without a deadline, and unlock what they
 * hold. Sleeps end early in all ways that futex.pml knows. Each thread may stop for good whenever it holds
 * nothing.
 *
 * Abstracted: polling, as three-state-word.pml says, and memory orders. All is sequentially consistent here,
 * and so is what partial order reduction keeps: that the orderings suffice on weaker memory is for the
 * exploration of the source to show.
 *
 * Claimed, with no bound on the number of rounds:
 * - Exclusion: nobody takes the lock while another holds it.
 * - Legality: the word has one of its three values, and not FREE while somebody holds the lock.
 * - No lost wake-up: nobody sleeps for good. The others may stop at any time, so a sleeper that nobody is
 *   bound to wake is a deadlock.
 * - Return to zero: the word is FREE whenever nobody holds the lock. So as soon as nobody waits any more the
 *   next unlock is the last that may make a futile call, and the pairs after it make none.
 * - Progress, if each thread that can go on does (weak fairness): again and again somebody gets the lock, or
 *   all threads stop. Who gets it is not promised: a running thread may overtake a waiting one for ever.
 * With ROUNDS, a bound on how often each thread comes for the lock:
 * - Progress, likewise: every wait ends, once the others have stopped overtaking.
 *
 * Mutants: TAKE_WITHOUT_COMPARING, RETAKE_UNMARKED, NO_MARK, MARK_ONLY_WHAT_IS_TAKEN, WAIT_WITHOUT_COMPARING,
 * LEAVE_WHEN_WOKEN, UNLOCK_WITHOUT_EXCHANGE, NO_WAKE, WAKE_FIRST.
 */

#include "futex.pml"
#include "three-state-word.pml"

#define NOBODY N

byte owner = NOBODY;

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

#ifdef ROUNDS
#define ANOTHER_ROUND rounds < ROUNDS -> rounds++
#else
#define ANOTHER_ROUND true
#endif

active [N] proctype thread() {
  bool taken;
  byte seen;
  mtype outcome;
#ifdef ROUNDS
  byte rounds;
#endif

  do
  :: ANOTHER_ROUND;
     try_lock();
     if
     :: taken
     :: !taken /* A try. */
     :: !taken -> lock_slow()
     fi;
     if
     :: taken ->
progress:
        taken = false;
        unlock()
     :: !taken
     fi
  :: break
  od
}
