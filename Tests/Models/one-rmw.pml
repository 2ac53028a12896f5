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
 * | PARKED      | ordinary sleepers may exist that | who is about to sleep; who   | each slow unlock, handing over
 * |             | no wake-up is on its way to      | was woken and takes the lock | or not, that wakes one of them
 * |             |                                  | or sleeps again              | next
 * | SYMMETRIC   | contended mode: each unlock that | who sleeps and does not find | the holder, unlocking, after
 * |             | begins sees a flag while owning  | it set                       | LIMIT quiet unlocks
 * | UNCONFIRMED | a plain unlock that saw no flag  | who set SYMMETRIC and was    | the holder, unlocking; it sets
 * |             | may still be under way           | refused membarrier           | KEPT
 * | KEPT        | SYMMETRIC stays for good         | see UNCONFIRMED              | nobody
 *
 * The roles MARKED, QUEUED, CALLED and HANDED, and the waiters, are in starving-queue.pml, which Lock shares. Bytes 2 and
 * 3 hold beside a role what belongs to it, and otherwise, without PARKED, a count of quiet unlocks.
 *
 * Illegal: any flag without SYMMETRIC; UNCONFIRMED with KEPT; a count beside any other flag; roles as there.
 * Required: before a sleep SYMMETRIC and PARKED or a role, in the very value that the kernel compares.
 *
 * WHY NO WAKE-UP IS LOST. Let a thread sleep. It, or a thread that a wake-up reached later, set PARKED or a role while
 * LOCKED was in memory. The holder's unlock may begin after that: it sees a flag and unlocks by a compare-exchange, which
 * serves whom the word tells of. Or its plain unlock had begun. If the second load of that unlock comes after the flags,
 * it sees them, and serves or leaves them to who holds the lock by then, for whom the same holds. If the second load came
 * before, the store was in the store buffer when SYMMETRIC was set. Who set it owes a membarrier, which empties that
 * buffer, and a look at the word thereafter, also when its deadline has passed: others sleep on the strength of SYMMETRIC.
 * There is one such unlock at most: the next lock succeeds only when its store has reached memory. Hence who takes a free
 * lock may set SYMMETRIC and owes nothing.
 * If membarrier is refused, UNCONFIRMED makes every sleep short until an unlock sees it while it owns the lock. That
 * lock was taken after the store in question had reached memory; it gets there, since store buffers drain in the end.
 * Who fell asleep before UNCONFIRMED was set is woken to learn of it.
 * A wake-up takes PARKED away, and its receiver, whose wait returned 0, cannot know whether others sleep: it puts PARKED
 * back, whether it takes the lock or sleeps. It never leaves before. A wait that ended otherwise has received nothing.
 *
 * THE UNLOCK of one who sees a flag. Beside MARKED and HEAD_SLEEPS it first, still holding, clears HEAD_SLEEPS and wakes
 * all heads. If that found nobody the mark is dropped. Otherwise MARKED becomes HANDED. An overdue CALLED gets HANDED
 * beside it; otherwise it may be forgotten. In all other cases the lock is freed, and beside QUEUED alone the next is
 * called.
 *
 * MODELLED: N threads, each of which may end when it holds nothing, with no bound on the number of rounds, unless ROUNDS
 * is one. TSO: of all stores only the unlock's store of 0 to byte 0 is plain, so a store buffer holds that store or
 * nothing; who has it in the buffer still blocks all others, so `buffered` is one variable. A locked instruction empties
 * the buffer of who executes it. Loads of byte 1 are not held up by it, nor forwarded from it. membarrier is one step: the
 * only thread that can tell is the one that had begun a plain unlock.
 * Switched on by a macro: TRIES; TIMED, locks whose deadline may pass during a sleep; STARVE, patience that ends; POLLS,
 * heads that poll before they sleep; REFUSALS, each membarrier may be refused; FORKED, the child of a fork, with roles of the
 * parent's threads in the word; and those of starving-queue.pml.
 * ABSTRACTED: polling by others; the order of accesses to what the lock protects.
 *
 * CLAIMED:
 * - Exclusion, across a hand-over too. Legality of the word, as above, after each change.
 * - No lost wake-up: nobody sleeps for good when the others have ended. With STOPS: all end but the one that stopped.
 *   It is not one that owes a membarrier or the look after it; nor, beside PATIENT, an ordinary sleeper.
 * - Nothing is left behind when all have ended: no role, no sleeper.
 * - Overtaking: a waiter with a place is overtaken by nobody who starved later. At most one other takes the lock beside
 *   MARKED.
 * - Return: when all have ended, LIMIT + 1 pairs leave the word 0, or SYMMETRIC and KEPT after a refusal, and only the
 *   first of them makes a system call.
 * - Progress, if each thread that can go on does (weak fairness): again and again somebody gets the lock or all end.
 *   With ROUNDS: all get to their end.
 *
 * MUTANTS: see the table in run.
 */

#ifndef N
#define N 3
#endif

#define LIMIT 2

#include "futex.pml"

#define CONTENDED SYMMETRIC
#define CALLS_WHEN_TAKING false
#ifndef MAY_OVERTAKE
#define MAY_OVERTAKE 1
#endif

byte owner;    /* 1 + the thread that holds the lock; a ghost. */
byte buffered; /* 1 + the thread whose releasing store is still in its store buffer. */
byte stopped;  /* Threads that have ended; a ghost. */
bool refused;  /* A membarrier was refused; a ghost. */

#include "starving-queue.pml"

inline did_use() { skip }
inline did_take_back() { skip }

inline did_change() {
  check_roles();
  assert(!HAS(PARKED | UNCONFIRMED | KEPT | ROLES) || HAS(SYMMETRIC));
  assert(!HAS(UNCONFIRMED) || !HAS(KEPT));
  assert(!HAS(HANDED) || !HAS(OURS) || owner == 0);
  assert(quiet == 0 || (word & (FLAGS | NUMBER)) == SYMMETRIC && quiet <= LIMIT)
}

inline did_acquire() {
  assert(owner == 0);
  owner = ME
}

inline drain() {
  if
  :: buffered != 0 -> assert(HAS(LOCKED)); word = word & ~LOCKED; buffered = 0
  :: else
  fi
}

inline drain_own() {
  if :: buffered == ME -> drain() :: else fi
}

/* Exchanges byte 0. */
inline try_lock() {
  d_step {
    drain_own();
    if
    :: HAS(LOCKED) -> next = nothing
    :: else -> word = word | LOCKED; check_order(); did_acquire(); next = own
    fi
  }
}

/* Of a lock that is handed over, too. */
inline try_slowly() {
  d_step {
    see_word();
    if
    :: MAY_TAKE_BACK(word) ->
       take_back(); tidy(); word = fresh | LOCKED; check_order(); did_acquire(); next = own; did_change()
    :: else -> next = left
    fi;
    lasted = false
  }
}

/* The membarrier that setting SYMMETRIC owes was refused. */
inline did_refuse() {
  d_step {
    refused = true;
    next = owed;
#ifndef MUTANT_REFUSAL_IGNORED
    if
    :: HAS(LOCKED) && HAS(SYMMETRIC) && !HAS(UNCONFIRMED | KEPT) ->
       word = word | UNCONFIRMED; quiet = 0;
#ifndef MUTANT_REFUSAL_WAKES_NOBODY
       next = refused_one
#endif
    :: else
    fi;
#endif
    did_change()
  }
}

inline wake_everybody() {
  ordinary = 0; heads = 0; queue = 0; line0 = 0; line1 = 0; places = 0
}

/* The store that releases is plain. */
inline plain_unlock() {
  d_step { assert(buffered == 0 && owner == ME); buffered = ME; owner = 0 }
}

inline call_if_needed() {
#ifdef MUTANT_UNLOCK_CALLS_NOBODY
  if :: NEEDS_CALL(fresh) && !(fresh & LOCKED) -> fresh = fresh & ~QUEUED; tidy() :: else fi
#else
  if :: NEEDS_CALL(fresh) && !(fresh & LOCKED) -> begin_call() :: else fi
#endif
}

/* A sleeping head is woken first. Then the lock is freed or handed over. `lasted` here: the call is overdue. */
inline unlock_slow() {
  d_step {
    assert(HAS(LOCKED) && owner == ME);
    assert(!HAS(HANDED) || IS_DEAD(word));
    see_word();
    if
    :: (old & (LOCKED | FLAGS)) == (LOCKED | SYMMETRIC) ->
       owner = 0;
       fresh = fresh & ~LOCKED;
       next = done;
       if
       :: quiet == LIMIT -> fresh = fresh & ~SYMMETRIC; quiet = 0
       :: else -> quiet = (quiet > 0 -> quiet + 1 : 0)
       fi
    :: (old & HEAD_SLEEPS) && found == unknown -> fresh = fresh & ~HEAD_SLEEPS; next = wake_first
    :: (old & (LOCKED | FLAGS)) != (LOCKED | SYMMETRIC) && !((old & HEAD_SLEEPS) && found == unknown) ->
       owner = 0;
       next = done;
       fresh = ((fresh & UNCONFIRMED) -> (fresh & ~UNCONFIRMED) | KEPT : fresh);
       w_ordinary = (fresh & PARKED) != 0;
#ifdef MUTANT_HAND_OVER_WAKES_NO_ORDINARY
       w_ordinary = w_ordinary && !(fresh & MARKED);
       fresh = ((fresh & MARKED) -> fresh : fresh & ~PARKED);
#else
       fresh = fresh & ~PARKED;
#endif
#ifdef MUTANT_LEAVES_SYMMETRIC_WITH_SLEEPERS
       fresh = ((fresh & ROLES) -> fresh : fresh & ~SYMMETRIC); w_ordinary = w_ordinary && (fresh & SYMMETRIC);
#endif
       if
#ifdef MUTANT_FORGETS_BESIDE_MARKED
       :: (fresh & MARKED) && found != gone -> owe_heads(); fresh = (fresh & ~QUEUED) | HANDED
#elif defined(MUTANT_NO_HAND_OVER)
       :: fresh & MARKED -> w_heads = (fresh & HEAD_SLEEPS) != 0; fresh = fresh & ~(HEAD_SLEEPS | LOCKED)
#else
       :: (fresh & MARKED) && found == gone -> w_heads = (fresh & HEAD_SLEEPS) != 0; fresh = fresh & ~(HEAD_SLEEPS | LOCKED); overtakes = 0
       :: (fresh & MARKED) && found != gone -> owe_heads(); fresh = fresh | HANDED
#endif
       :: (fresh & CALLED) && lasted -> fresh = fresh | HANDED
       :: (fresh & CALLED) && forgets -> fresh = fresh & ~LOCKED; forget_call()
       :: else -> fresh = fresh & ~LOCKED
       fi;
       found = unknown;
       tidy_since_now();
       call_if_needed()
    fi;
    word = fresh;
    lasted = false; forgets = false;
    did_change()
  }
}

inline unlock_slow_after_release() {
  d_step {
    drain_own();
    next = done;
#ifdef MUTANT_CONFIRMED_WITHOUT_OWNING
    if :: HAS(UNCONFIRMED) -> word = (word & ~UNCONFIRMED) | KEPT :: else fi;
#endif
    if
    :: !HAS(LOCKED) ->
       see_word();
       fresh = old & ~(PARKED | HEAD_SLEEPS);
       w_ordinary = (old & PARKED) != 0;
       w_heads = (old & HEAD_SLEEPS) != 0;
       tidy_since_now();
       call_if_needed();
       word = fresh
    :: else
    fi;
    did_change()
  }
}

/* After a wake-up that nobody was there to receive. */
inline begin_to_count() {
  d_step {
    quiet = ((word & (FLAGS | NUMBER)) == SYMMETRIC && quiet == 0 -> 1 : quiet);
    did_change()
  }
}

#define OWES (w_heads || call || w_ordinary)

active [N] proctype thread() {
  WAITER;
  bool tries;
#ifdef ROUNDS
  byte rounds;
#endif

#ifdef IS_HELD_AT_FIRST
  if
  :: atomic { _pid == 0 -> owner = 1; goto unlock }
  :: _pid != 0
  fi;
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
    :: true
#ifdef TRIES
    :: tries = true
#endif
#ifdef TIMED
    :: timed = true
#endif
    fi;
    try_lock();
    if
    :: next == own -> timed = false; tries = false; goto unlock
    :: next == nothing && tries ->
       tries = false;
#ifdef TAKE_BACK
       if :: HAS(HANDED) -> lasted = true :: true fi;
#endif
       try_slowly();
       if
       :: next == own -> goto unlock
       :: next == left -> goto again
       fi
    :: next == nothing && !tries
    fi
  }

  do
  :: atomic {
       next == nothing || next == owed ->
       choose_look();
       look();
       if
       :: next == own || next == left -> break
       :: else
       fi
     }
  :: next == barrier ->
     if
#ifndef MUTANT_NO_BARRIER
     ::  d_step { drain(); next = owed }
#else
     :: next = nothing
#endif
#ifdef REFUSALS
     :: did_refuse()
#endif
#ifdef MUTANT_LEAVES_BEFORE_BARRIER
     :: atomic { timed -> forget_waiter(); next = left; break }
#endif
     fi
  :: atomic { next == refused_one -> wake_everybody(); next = owed }
  :: atomic { next == sleep && word == expected -> fall_asleep(); next = asleep }
  :: atomic {
       next == sleep && (word != expected || MAY_FAIL) -> slept = slept || standing == head; expected = 0; next = nothing
     }
  :: atomic { next == asleep && !IS_ASLEEP -> did_wake(); expected = 0; next = nothing }
  :: atomic { next == asleep && IS_ASLEEP && CAN_NAP -> nap(); expected = 0; next = nothing }
#ifdef STOPS
  :: atomic { (next == nothing || next == asleep) && MAY_STOP -> stops = 1; goto stopped_for_ever }
#endif
  od;

  if
  :: atomic { !OWES && next == own -> goto unlock }
  :: atomic { !OWES && next == left -> goto again }
  :: OWES -> goto serve
  fi;

progress:
unlock:
  /* The flag that is seen cannot vanish before the next step: SYMMETRIC is the holder's to clear. */
  if
  :: atomic { HAS(FLAGS) -> goto slowly }
  :: !HAS(FLAGS)
  fi;
  plain_unlock();
#ifndef MUTANT_NO_SECOND_LOAD
  if
  :: atomic {
       HAS(FLAGS) ->
       unlock_slow_after_release();
       if :: OWES -> goto serve :: else -> goto again fi
     }
  :: !HAS(FLAGS)
  fi;
#endif
  goto again;

slowly:
  atomic {
    found = (found == unknown -> unknown : found);
#ifdef STARVE
    choose_age();
#endif
    unlock_slow();
    if
    :: next == wake_first
    :: next == done && OWES -> goto serve
    :: next == done && !OWES -> goto again
    fi
  }
  atomic { found = (heads != 0 -> awake : gone); heads = 0; goto slowly }

  /* The wake-ups that are due. */
serve:
  do
  :: atomic { w_heads -> heads = 0; w_heads = false; if :: OWES :: else -> break fi }
  :: atomic {
       !w_heads && (call == 1 || call == CALLS_ALL) && line0 != 0 ->
       wake_first_of(line0); end_call();
       if :: OWES :: else -> break fi
     }
  :: atomic {
       !w_heads && (call == 2 || call == CALLS_ALL) && line1 != 0 ->
       wake_first_of(line1); end_call();
       if :: OWES :: else -> break fi
     }
  :: atomic {
       !w_heads && call == CALLS_ALL && line0 == 0 && line1 == 0 ->
       end_call();
       if :: OWES :: else -> break fi
     }
  :: atomic { !w_heads && call == 1 && line0 == 0 -> call = CALLED_IN_VAIN }
  :: atomic { !w_heads && call == 2 && line1 == 0 -> call = CALLED_IN_VAIN + 1 }
  :: atomic {
       !w_heads && (call == CALLED_IN_VAIN || call == CALLED_IN_VAIN + 1) ->
       look_after_vain_call(next == own);
       if :: call == 0 -> misses = 0; missed = false :: else fi;
       if :: call == 0 -> note_end_of_call() :: else fi;
       if :: OWES :: else -> break fi
     }
  :: atomic { !w_heads && call == 0 && w_ordinary && ordinary != 0 -> futex_wake_one(ordinary); w_ordinary = false; break }
  :: atomic { !w_heads && call == 0 && w_ordinary && ordinary == 0 -> w_ordinary = false }
#ifndef MUTANT_QUIET_IS_NOT_COUNTED
     begin_to_count();
#endif
     break
  od;
  if
  :: atomic { next == own -> goto unlock }
  :: atomic { next != own -> goto again }
  fi;

stopped_for_ever:
  atomic { lose_place(); believers = believers & ~SELF }
end_stopped:
  false;

stop:
  stopped++
}

/* Store buffers drain in the end. And who comes when all have stopped. */
active proctype memory() {
  mtype next;
  byte pairs;
  byte call, found;
  bool w_heads, w_ordinary, lasted, forgets;

end:
  do
#ifndef MUTANT_NO_DRAIN
  :: d_step { buffered != 0 -> drain() }
#endif
  :: stopped == N && buffered == 0 -> break
  od;

  assert(!HAS(LOCKED) && (!HAS(ROLES) || IS_DEAD(word)) && ordinary == 0 && heads == 0 && queue == 0);
  do
  :: pairs <= LIMIT ->
     try_lock();
     assert(next == own);
     if
     :: HAS(FLAGS) ->
        unlock_slow();
        assert(next == done && !w_heads && call == 0 && (pairs == 0 || !w_ordinary));
        if :: w_ordinary -> w_ordinary = false; begin_to_count() :: else fi
     :: else -> plain_unlock(); d_step { drain() }
     fi;
     pairs++
  :: else -> break
  od;
  assert(word == 0 && quiet == 0 || refused && word == (SYMMETRIC | KEPT))
}
