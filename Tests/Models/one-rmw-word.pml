/*
 * The word of the one-RMW mutex and every step upon it: what one-rmw.pml specifies.
 *
 * Each inline below that holds a d_step is one atomic access, or a load and the compare-exchange that follows it. The
 * latter is one step because nothing is decided by anything but the value loaded, and a compare-exchange that finds
 * that value again has been told nothing false. Where the value is to stay as it is, a program may leave the
 * compare-exchange out, but not in unlock_slow_after_release, where it empties the store buffer: until then the lock
 * looks held to a marked waiter, who may leave; the wake-up meant for it finds nobody, and an ordinary sleeper is lost.
 *
 * TSO: of all stores only `unlock`'s store of 0 to byte 0 is plain, so a store buffer holds that store or nothing.
 * Who has it in the buffer still blocks all others, so `buffered` is one variable. A locked instruction empties the
 * buffer of who executes it. Loads of byte 1 are not held up by it, nor forwarded from it.
 *
 * membarrier is one step, although the kernel interrupts one CPU after the other: only the one thread that had begun
 * a plain unlock before SYMMETRIC was set can be told apart by it, so the moment when its CPU is reached is the step.
 *
 * The mutants are lines within #ifdef.
 */

#define LOCKED      1
#define PARKED      2
#define SYMMETRIC   4
#define UNCONFIRMED 8
#define KEPT        16
#define HANDED      32
#define MARKED      64
#define OURS        128 /* Bytes 2 and 3 beside MARKED or HANDED hold the fork generation of this process. */
#define FLAGS       (PARKED | SYMMETRIC | UNCONFIRMED | KEPT | HANDED | MARKED | OURS)

#ifdef FORKED
byte word = LOCKED | PARKED | SYMMETRIC | MARKED;
byte owner = 1;
#else
byte word;
byte owner; /* 1 + the thread that holds the lock; a ghost. */
#endif
byte quiet;    /* Bytes 2 and 3 beside SYMMETRIC without PARKED. */
byte ordinary; /* The futex's sleepers, by class. */
byte marked;
byte buffered; /* 1 + the thread whose releasing store is still in its store buffer. */
byte overtakes; /* Acquisitions by others since the mark was set; a ghost. */
byte stopped;   /* Threads that have stopped; a ghost. */
bool refused;   /* A membarrier was refused; a ghost. */

#define HAS(flags) ((word & (flags)) != 0)

/* A mark that was set before the fork has no thread behind it. */
#define MARK_IS_ALIVE (HAS(MARKED) && HAS(OURS))
#define MARK_IS_OBEYED MARK_IS_ALIVE
#ifdef MUTANT_MARK_OUTLIVES_FORK
#undef MARK_IS_OBEYED
#define MARK_IS_OBEYED HAS(MARKED)
#endif

#ifdef MUTANT_LEAVER_IGNORES_HANDED
#define IS_GIVEN (has_mark && HAS(HANDED) && !expired)
#else
#define IS_GIVEN (has_mark && HAS(HANDED))
#endif

#ifdef MUTANT_MARK_BESIDE_HANDED
#define MAY_MARK (!MARK_IS_ALIVE)
#else
#define MAY_MARK (!MARK_IS_ALIVE && !HAS(HANDED))
#endif

#ifdef MUTANT_PASS_ON_ONLY_IF_PARKED
#define MUST_PASS_ON HAS(PARKED)
#else
#define MUST_PASS_ON (HAS(PARKED) || carries)
#endif

inline did_change() {
  assert(!HAS(PARKED | UNCONFIRMED | KEPT) || HAS(SYMMETRIC));
  assert(!HAS(UNCONFIRMED) || !HAS(KEPT));
  assert(!HAS(MARKED | HANDED) || HAS(PARKED));
  assert(!HAS(HANDED) || (HAS(LOCKED) && !HAS(MARKED) && owner == 0));
  assert(!HAS(OURS) || HAS(MARKED | HANDED));
  assert(quiet == 0 || (word & FLAGS) == SYMMETRIC && quiet <= LIMIT)
}

inline did_acquire() {
  assert(owner == 0);
  owner = _pid + 1;
  if
  :: MARK_IS_ALIVE -> overtakes++; assert(overtakes <= 1)
  :: else
  fi
}

inline drain() {
  if
  :: buffered != 0 -> assert(HAS(LOCKED)); word = word & ~LOCKED; buffered = 0
  :: else
  fi
}

inline drain_own() {
  if :: buffered == _pid + 1 -> drain() :: else fi
}

inline forget_mark() {
  word = word & ~(MARKED | OURS)
}

/* Exchanges byte 0. */
inline try_lock() {
  d_step {
    drain_own();
    if
    :: HAS(LOCKED) -> next = nothing
    :: else -> word = word | LOCKED; did_acquire(); next = own
    fi
  }
}

/* One turn of lockSlow: takes the lock, leaves, or makes sure that the word is marked for a sleep. */
inline look() {
  d_step {
    if
    :: IS_GIVEN ->
       word = word & ~(HANDED | OURS); has_mark = false; overtakes = 0; next = own;
       assert(owner == 0);
       owner = _pid + 1
    :: !IS_GIVEN && !HAS(LOCKED) ->
       if :: has_mark -> forget_mark(); has_mark = false; overtakes = 0 :: else fi;
       if
       :: quitting -> /* Free, and must not be taken. */
          next = leave;
          if
          :: MUST_PASS_ON && MARK_IS_ALIVE -> next = wake_marked
          :: MUST_PASS_ON && !MARK_IS_ALIVE -> forget_mark(); word = word & ~PARKED; next = wake_one
          :: else
          fi;
          carries = false
       :: else ->
          word = word | LOCKED;
#ifndef MUTANT_WOKEN_WITHOUT_PARKED
          if
          :: carries -> word = word | PARKED | SYMMETRIC; quiet = 0
          :: else -> quiet = (quiet > 1 -> 1 : quiet)
          fi;
#endif
          did_acquire();
          next = own
       fi
    :: !IS_GIVEN && HAS(LOCKED) && (expired || quitting) ->
       next = leave;
#ifndef MUTANT_LEAVER_KEEPS_MARK
       if :: has_mark -> forget_mark() :: else fi;
#endif
       has_mark = false; overtakes = 0;
#ifndef MUTANT_LEAVER_DROPS_WAKE_UP
       if
       :: carries ->
          next = (HAS(SYMMETRIC) -> leave : barrier);
          word = word | PARKED | SYMMETRIC; quiet = 0
       :: else
       fi;
#endif
       carries = false
    :: else ->
       next = (HAS(SYMMETRIC) -> sleep : barrier);
       word = word | PARKED | SYMMETRIC; quiet = 0; carries = false;
       if
       :: starving && !has_mark && MAY_MARK ->
          forget_mark();
          word = word | MARKED | OURS; has_mark = true; overtakes = 0
       :: else
       fi;
       expected = word
    fi;
    did_change()
  }
}

/* The membarrier that setting SYMMETRIC owes was refused. */
inline did_refuse() {
  d_step {
    refused = true;
    next = nothing;
#ifndef MUTANT_REFUSAL_IGNORED
    if
    :: HAS(LOCKED) && HAS(SYMMETRIC) && !HAS(UNCONFIRMED | KEPT) ->
       word = word | UNCONFIRMED; quiet = 0;
#ifndef MUTANT_REFUSAL_WAKES_NOBODY
       next = wake_all
#endif
    :: else
    fi;
#endif
    did_change()
  }
}

/* The store that releases is plain. */
inline plain_unlock() {
  d_step { assert(buffered == 0 && owner == _pid + 1); buffered = _pid + 1; owner = 0 }
}

inline unlock_slow() {
  d_step {
    assert(HAS(LOCKED) && !HAS(HANDED) && owner == _pid + 1);
    owner = 0;
    if :: HAS(UNCONFIRMED) -> word = (word & ~UNCONFIRMED) | KEPT :: else fi;
    if
    :: MARK_IS_OBEYED ->
       next = wake_marked;
#ifdef MUTANT_NO_HAND_OVER
       word = word & ~LOCKED
#else
       word = (word & ~MARKED) | HANDED
#endif
    :: !MARK_IS_OBEYED && HAS(PARKED) ->
       forget_mark();
#ifdef MUTANT_LEAVES_SYMMETRIC_WITH_SLEEPERS
       word = word & ~(LOCKED | PARKED | SYMMETRIC); next = nothing
#else
       word = word & ~(LOCKED | PARKED); next = wake_one
#endif
    :: else ->
       word = word & ~LOCKED; next = nothing;
       if
       :: quiet == LIMIT -> word = word & ~SYMMETRIC; quiet = 0
       :: else -> quiet = (quiet > 0 -> quiet + 1 : 0)
       fi
    fi;
    did_change()
  }
}

inline unlock_slow_after_release() {
  d_step {
    drain_own();
    next = nothing;
#ifdef MUTANT_CONFIRMED_WITHOUT_OWNING
    if :: HAS(UNCONFIRMED) -> word = (word & ~UNCONFIRMED) | KEPT :: else fi;
#endif
    if
    :: !HAS(LOCKED) && MARK_IS_ALIVE -> next = wake_marked
    :: !HAS(LOCKED) && !MARK_IS_ALIVE && HAS(PARKED) ->
       forget_mark(); word = word & ~PARKED; next = wake_one
    :: else
    fi;
    did_change()
  }
}

/* After a wake-up that nobody was there to receive. */
inline begin_to_count() {
  d_step {
    quiet = ((word & FLAGS) == SYMMETRIC && quiet == 0 -> 1 : quiet);
    did_change()
  }
}

inline wake_ordinary() {
  atomic { next = (ordinary == 0 -> nobody : nothing); futex_wake_one(ordinary) }
  if
  :: next == nobody ->
#ifndef MUTANT_QUIET_IS_NOT_COUNTED
     begin_to_count();
#endif
     next = nothing
  :: else
  fi
}

/* The wake-up that the step before found due. */
inline wake() {
  if
  :: next == wake_one -> wake_ordinary()
  :: next == wake_marked ->
     atomic {
#ifdef MUTANT_MARKED_CLASS_FORGOTTEN
       futex_wake_one(ordinary);
#else
       next = (marked == 0 -> nobody : nothing);
       futex_wake_one(marked);
#endif
     }
#ifdef MUTANT_HANDED_TAKEN_BACK
     d_step {
       if
       :: next == nobody && HAS(HANDED) -> word = (word & ~(HANDED | LOCKED)) | MARKED
       :: else
       fi
     }
#endif
     next = nothing
  :: next == nothing
  fi
}

inline wake_everybody() {
  atomic { next == wake_all -> futex_wake_all(ordinary); futex_wake_all(marked) }
}
