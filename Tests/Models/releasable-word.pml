/*
 * Sources/FastLock/Mutexes/ReleasableLock.swift and Waiter.swift, step by step: what the models of the lock on
 * that word share.
 *
 * Each inline that holds a d_step is one read-modify-write, with the load before it: nothing is decided by
 * anything but the value loaded, and a compare-exchange that finds that value again has been told nothing
 * false. One that does not find it loads anew. Where the source decides by a load alone, so does the step.
 *
 * All is sequentially consistent here, and that suffices: there is one word, all that decides is a
 * read-modify-write of it, or a load that is no older than the one before in its thread, and two accesses of
 * one word are never reordered. But a wait that was woken has not read the word: the load after it may be older
 * than the release that woke. At the earliest it finds what the sleep began with; so `seen` may be `expected`
 * there. For what it may find in between the compare-exchange fails likewise. After other waits an old load
 * can only have the waiter begin a sleep, which the kernel refuses, or leave, which it may anyhow.
 *
 * Abstracted: polling, whose looks at the word change nothing. The fast halves, which are the slow ones on a
 * word without flags. How long anybody has waited: each look may find that patience or the deadline has ended.
 *
 * A process that locks has the variables `byte seen`, `byte expected`, `bool carries`, `bool leaving`,
 * `bool marks` and `mtype next`; one that only releases needs `seen` and `next`. The model defines, as inline,
 * did_use(), run in each step that uses the word, and did_release(), run in the step of each release.
 *
 * The mutants are what stands under #ifdef.
 */

#define LOCKED 1
#define PARKED 2
#define MARKED 4
#define HANDED 8
#define OURS   16 /* The number is the fork generation of this process. */
#define MUST_LOOK 255 /* What no word is. */

mtype = { took, left, sleep, look_again, wake_one, wake_marked }

#ifdef FORKED /* MARKED or HANDED, by a thread of the parent. */
byte word = LOCKED | PARKED | FORKED;
bool held = true;
#else
byte word;
bool held; /* Acquired once more often than released; a ghost. */
#endif
byte ordinary; /* The futex's sleepers, by class. */
byte marked;
byte markers; /* Who has the mark, or HANDED in exchange for it: at most one. */

#define HAS(flags) ((word & (flags)) != 0)
#define IS_OURS(value, flag) (((value) & (flag)) && ((value) & OURS))
#define FORGETTING_MARK(value) (((value) & (MARKED | HANDED)) -> ((value) & ~(MARKED | HANDED | OURS)) : (value))
#define HAS_MARK ((markers & SELF) != 0)
#define IS_IN_QUEUE (((ordinary | marked) & SELF) != 0)

#ifdef MUTANT_MARK_OUTLIVES_FORK
#define IS_MARKED(value) ((value) & MARKED)
#else
#define IS_MARKED(value) IS_OURS(value, MARKED)
#endif

#if defined(MUTANT_HANDED_IS_LOCKED)
#define IS_HANDED(value) false
#elif defined(MUTANT_HANDED_OUTLIVES_FORK)
#define IS_HANDED(value) ((value) & HANDED)
#else
#define IS_HANDED(value) IS_OURS(value, HANDED)
#endif

#ifdef MUTANT_HAND_OVER_DROPS_NUMBER
#define HANDING_OVER(value) (((value) & ~(MARKED | OURS)) | HANDED)
#else
#define HANDING_OVER(value) (((value) & ~MARKED) | HANDED)
#endif

#ifdef MUTANT_MARK_BESIDE_HANDED
#define MAY_MARK(value) (!HAS_MARK && !IS_MARKED(value))
#else
#define MAY_MARK(value) (!HAS_MARK && !IS_MARKED(value) && !((value) & HANDED))
#endif

#ifdef MUTANT_LEAVER_IGNORES_HANDED
#define IS_GIVEN (HAS_MARK && (seen & HANDED) && !leaving)
#else
#define IS_GIVEN (HAS_MARK && (seen & HANDED))
#endif

inline did_change() {
  assert(HAS(LOCKED) || word == 0);
  assert(!HAS(MARKED | HANDED) || HAS(PARKED));
  assert(!HAS(MARKED) || !HAS(HANDED));
  assert(!HAS(OURS) || HAS(MARKED | HANDED));
  assert(held == (HAS(LOCKED) && !IS_OURS(word, HANDED)));
  assert((markers != 0) == (HAS(OURS) != 0));
  assert((markers & (markers - 1)) == 0 || markers == 0)
}

inline did_acquire() {
  assert(!held && (markers & ~SELF) == 0); /* Nobody is overtaken who had set the mark. */
  held = true
}

/* One turn of Waiter.look at `seen`. */
inline look() {
  d_step {
    did_use();
    if
    :: IS_GIVEN -> next = took; expected = FORGETTING_MARK(seen)
    :: !IS_GIVEN && !(seen & LOCKED) ->
       next = took;
#ifdef MUTANT_WOKEN_WITHOUT_PARKED
       expected = LOCKED
#else
       expected = (carries -> LOCKED | PARKED : LOCKED)
#endif
    :: !IS_GIVEN && (seen & LOCKED) && leaving ->
       next = left;
#ifdef MUTANT_LEAVER_KEEPS_MARK
       expected = seen;
#else
       expected = (HAS_MARK -> FORGETTING_MARK(seen) : seen);
#endif
#ifndef MUTANT_LEAVER_DROPS_WAKE_UP
       expected = (carries -> expected | PARKED : expected)
#endif
    :: else ->
       next = sleep;
#ifdef MUTANT_SLEEPS_UNPARKED
       expected = seen;
#else
       expected = seen | PARKED;
#endif
       marks = marks && MAY_MARK(seen);
       expected = (marks -> expected | MARKED | OURS : expected)
    fi;
    if
#ifdef MUTANT_CARRIER_TRUSTS_LOAD
    :: next != took && expected == seen
#else
    :: next != took && expected == seen && !carries
#endif
    :: (next == took || expected != seen || carries) && word != seen ->
#ifdef MUTANT_TAKE_WITHOUT_COMPARING
       if
       :: next == took -> word = expected; did_acquire()
       :: else -> next = look_again
       fi
#else
       next = look_again
#endif
    :: else ->
       word = expected;
       if
       :: next == took ->
          markers = markers & ~SELF;
          did_acquire()
       :: next == left -> markers = markers & ~SELF
       :: next == sleep -> markers = (marks -> markers | SELF : markers)
       fi;
       did_change()
    fi;
    marks = false;
    seen = 0;
    if
    :: next == look_again -> expected = 0 /* The next load is of now. */
    :: next == sleep -> carries = false
    :: else -> expected = 0; carries = false; leaving = false
    fi
  }
}

/* Of one who was interrupted. */
inline step_aside() {
  d_step {
    if
    :: HAS_MARK ->
       did_use();
       markers = markers & ~SELF;
       if
       :: HAS(HANDED) ->
#ifndef MUTANT_STEP_ASIDE_KEEPS_HANDED
          word = 0;
#endif
#ifndef MUTANT_STEP_ASIDE_WAKES_NOBODY
          next = wake_one
#endif
       :: else ->
#ifndef MUTANT_STEP_ASIDE_KEEPS_MARK
          word = FORGETTING_MARK(word)
#endif
       fi;
       did_change()
    :: else
    fi
  }
}

/* Where `seen` is what was loaded. Leaves in `next` the wake-up that is due. */
inline release() {
  d_step {
    did_use();
    if
    :: !(seen & LOCKED) || IS_HANDED(seen) -> assert(!held)
    :: else ->
       assert(held);
       held = false;
       if
#ifdef MUTANT_NO_HAND_OVER
       :: IS_MARKED(seen) -> word = 0; next = wake_marked
#else
       :: IS_MARKED(seen) -> word = HANDING_OVER(seen); next = wake_marked; did_change()
#endif
       :: else -> word = 0; next = ((seen & PARKED) -> wake_one : 0); did_change()
       fi
    fi;
    seen = 0;
    did_release()
  }
}

/* The wake-up that is due. The address is all it uses. */
inline wake() {
  atomic {
    if
#ifdef MUTANT_NO_WAKE
    :: next == wake_one
#else
    :: next == wake_one -> futex_wake_one(ordinary)
#endif
#ifdef MUTANT_MARKED_CLASS_FORGOTTEN
    :: next == wake_marked -> futex_wake_one(ordinary)
#else
    :: next == wake_marked -> futex_wake_one(marked)
#endif
    fi;
    next = 0
  }
}

inline fall_asleep() {
  if
  :: HAS_MARK -> marked = marked | SELF
  :: else -> ordinary = ordinary | SELF
  fi
}

inline get_up() {
  ordinary = ordinary & ~SELF;
  marked = marked & ~SELF
}
