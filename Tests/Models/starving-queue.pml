/*
 * Sources/FastLock/Mutexes/{MutexWord,Waiter,StarvingQueue}.swift, step by step: the word of both locks, the roles in
 * it, those who wait, and those who call the next of them.
 *
 * A waiter is PATIENT until it has waited for 1 ms: it sleeps among the ordinary. Then it is STARVING: it sets QUEUED and
 * sleeps among the starving of its rank. A wait there that returned 0 has CALLED it: it takes the lock, or, beside neither
 * MARKED nor HANDED, sets MARKED and is a HEAD, to which the lock is to be handed over, or sleeps again, one rank higher.
 * In each case it sets QUEUED. One that has looked by itself, or was turned away, or whose mark is gone, becomes head where
 * it finds no role. An unlock beside CALLED may FORGET the call: nobody knows the ranks of those in the queue then, and who
 * finds no role, or was called and finds no CALLED, sets the highest.
 *
 * | bit         | while it is set                   | set by                      | cleared by
 * |-------------|-----------------------------------|-----------------------------|-----------------------------
 * | MARKED      | a head wants the lock             | a called waiter; a starving | a head, taking or leaving;
 * |             |                                   | one that has looked         | the unlock
 * | HEAD_SLEEPS | beside MARKED: heads may sleep    | a head, before it sleeps    | who wakes all heads next
 * | QUEUED      | starving sleepers may exist that  | who is about to sleep among | who calls next; who forgets
 * |             | no call is on its way to          | them or to become head; who | a call
 * |             |                                   | was called                  |
 * | CALLED      | somebody calls the next, or one   | who calls                   | who was called; who called
 * |             | who was called is on its way      |                             | in vain; who forgets it
 * | HANDED      | the lock is a head's, or beside   | the unlock                  | that waiter, taking it; who
 * |             | CALLED the called one's           |                             | takes it back
 * | RANKED      | the highest rank that QUEUED      | who sets QUEUED             | who calls: it is the next to
 * |             | tells of, or to call next, is 1   |                             | be called from then on
 *
 * HEAD is a class: who finds MARKED and believes to be head is. One who finds it gone is starving.
 *
 * Each inline below that holds a d_step is one read-modify-write, with the load before it: nothing is decided by
 * anything but the value loaded, and a compare-exchange that finds that value again has been told nothing false. Where
 * the source decides by a load alone, so does the step. A load may be older than the wake-up that came before it; who
 * decides by it to sleep is refused by the kernel, or compares and exchanges in vain.
 *
 * Abstracted. Ranks are 0 and 1. The word holds no time and no count of unlocks: an overdue call and a hand-over that
 * has lasted are chosen, and which unlock forgets a call, so that words are equal more often than they are. Polling is a look more.
 *
 * How sleeps end. By a wake-up or the deadline of a TIMED waiter; an ordinary sleeper's by its patience, once. Threads
 * with a _pid below PATIENT have patience for ever. Switched on by a macro: LOOKS, a starving sleeper goes by itself from
 * rank 0 to rank 1, once; TAKE_BACK, a hand-over may have lasted, and sleeps that began beside it end; FAULTS, sleeps
 * that return 0 or EINTR spuriously, or do not begin; STOPS, one thread that waits stops for ever: LOOKS and TAKE_BACK are
 * on then, and the looks go on where the look would change anything. FORGETS, any unlock beside CALLED may forget the call.
 *
 * Ghosts. `places` lists starving waiters in the order in which they fell asleep starving or became head. Out of it
 * fall those who lost their place for a reason of their own: a hand-over that was taken back, a deadline, a spurious
 * wake-up. A count of `overtakes` begins anew where a head on its way to its sleep did not hear the unlock. Without LOOKS none of them is overtaken by one
 * who starved later: who has a place takes the lock only as the first.
 * With FORGETS those may be passed who were called and had not come when CALLED was cleared by another, and those whom a
 * call wakes that was under way then. `overtakes` counts others who take the lock
 * beside MARKED.
 *
 * The lock defines CONTENDED, the flags that who waits sets; CALLS_WHEN_TAKING; MAY_OVERTAKE, a number; and the inlines
 * did_use, did_change, did_acquire and did_take_back. A process that waits has the variables of WAITER.
 *
 * The mutants are what stands under #ifdef.
 */

#define LOCKED      1
#define PARKED      2
#define SYMMETRIC   4
#define UNCONFIRMED 8
#define KEPT        16
#define HANDED      32
#define MARKED      64
#define QUEUED      128
#define CALLED      256
#define HEAD_SLEEPS 512
#define RANKED      1024 /* The highest rank is 1. */
#define OURS        2048 /* The roles are of this process, not from before a fork. */
#define ROLES       (HANDED | MARKED | QUEUED | CALLED)
#define FLAGS       (PARKED | SYMMETRIC | UNCONFIRMED | KEPT | ROLES)
#define NUMBER      (HEAD_SLEEPS | RANKED | OURS)

#ifdef STOPS
#ifndef LOOKS
#define LOOKS
#endif
#ifndef MUTANT_NO_TAKE_BACK
#ifndef TAKE_BACK
#define TAKE_BACK
#endif
#endif
#endif
#ifdef FAULTS
#define MAY_FAIL true
#else
#define MAY_FAIL false
#endif
#ifdef STARVE
#define MAY_STARVE true
#else
#define MAY_STARVE false
#endif
#ifdef LOOKS
#define HAS_LOOKS true
#else
#define HAS_LOOKS false
#endif
#ifdef STOPS
#define HAS_STOPS true
#else
#define HAS_STOPS false
#endif
#ifdef TAKE_BACK
#define HAS_TAKE_BACK true
#else
#define HAS_TAKE_BACK false
#endif
#if !defined(LOOKS) && !defined(FAULTS) && !defined(REFUSALS) && !defined(TAKE_BACK)
#define IS_ORDERED
#ifdef FORGETS
#define HAS_EXCUSES
#endif
#endif
#ifndef PATIENT
#define PATIENT 0
#endif

/* The word at first, where roles are those of the parent's threads. */
#if FORKED == 1
#define FIRST (LOCKED | PARKED | CONTENDED | MARKED)
#elif FORKED == 2
#define FIRST (LOCKED | PARKED | CONTENDED | MARKED | HEAD_SLEEPS | QUEUED | RANKED)
#elif FORKED == 3
#define FIRST (LOCKED | CONTENDED | CALLED | QUEUED)
#elif FORKED == 4
#define FIRST (LOCKED | PARKED | CONTENDED | HANDED | QUEUED)
#elif FORKED == 5
#define FIRST (LOCKED | CONTENDED | HANDED | CALLED | RANKED)
#elif FORKED == 6
#define FIRST (LOCKED | PARKED | CONTENDED | QUEUED)
#endif
#if defined(FORKED) && FORKED != 4 && FORKED != 5
#define IS_HELD_AT_FIRST
#endif

mtype = { nothing, own, left, sleep, asleep, barrier, done, wake_first, refused_one, owed }
#define patient  0
#define starving 1
#define called   2
#define head     3
#define unknown 0
#define awake   1
#define gone    2

#ifdef FORKED
short word = FIRST;
#else
short word;
#endif
byte quiet;    /* Bytes 2 and 3 beside SYMMETRIC without PARKED and roles. */
byte ordinary; /* The futex's sleepers, by class. */
byte heads;
byte queue;    /* All starving ones; in which order by rank: three bits each, 1 + _pid, the oldest lowest. */
short line0;
short line1;
short places;    /* A list likewise; a ghost. */
byte believers;  /* Those who believe to be head; a ghost. */
byte overtakes;  /* A ghost. */
bool all_woken;   /* All starving waiters were once woken together, and have no order; a ghost. */
byte stops;      /* Threads that have stopped for ever; a ghost. */
#ifdef HAS_EXCUSES
byte excused;    /* Those with a place that may be passed; a ghost. */
byte callers;    /* Those who are calling; a ghost. */
bool overlap;    /* One of these calls was forgotten; a ghost. */
short before;
#endif
short old;
short fresh;
byte becomes;

#define HAS(flags) ((word & (flags)) != 0)
#define ME (_pid + 1)

#define LENGTH(list) ((list) == 0 -> 0 : ((list) < 8 -> 1 : ((list) < 64 -> 2 : ((list) < 512 -> 3 : 4))))
#define APPENDED(list) ((list) | (ME << (3 * LENGTH(list))))
#define WITHOUT(list, member) \
  (((list) & 7) == (member) -> (list) >> 3 : \
  ((((list) >> 3) & 7) == (member) -> ((list) & 7) | (((list) >> 6) << 3) : \
  ((((list) >> 6) & 7) == (member) -> ((list) & 63) | (((list) >> 9) << 6) : \
  ((((list) >> 9) & 7) == (member) -> (list) & 511 : (list)))))
#define HAS_PLACE (WITHOUT(places, ME) != places)
#define IS_FIRST ((places & 7) == ME)
/* Whether the first of the list is another who may be passed. */
#define IS_PASSED(list) (((list) & 7) != ME && ((1 << (((list) & 7) - 1)) & excused))

#ifdef MUTANT_ROLES_OUTLIVE_FORK
#define ALIVE(value) (value)
#define IS_DEAD(value) false
#else
#define IS_DEAD(value) (((value) & ROLES) && !((value) & OURS))
#define ALIVE(value) (IS_DEAD(value) -> (value) & ~(ROLES | NUMBER) : (value))
#endif
#ifdef MUTANT_FORK_FORGETS_LIVE_QUEUE
#undef ALIVE
#define ALIVE(value) (IS_DEAD(value) -> (value) & ~(ROLES | NUMBER) : (value) & ~((((value) & ROLES) == QUEUED) * QUEUED))
#endif
#define NEEDS_CALL(value) (((value) & (QUEUED | CALLED | MARKED)) == QUEUED)
#define RANK(value) (((value) & RANKED) -> 1 : 0)

#define IS_GIVEN(value) \
  (standing == head && ((value) & (HANDED | CALLED)) == HANDED || \
   standing == called && ((value) & (HANDED | CALLED)) == (HANDED | CALLED))
#define MAY_TAKE_BACK(value) (((value) & HANDED) && (IS_DEAD(value) || lasted))

#define WAITER \
  mtype next; \
  short expected; \
  byte standing, call, found, misses; \
  bool timed, carries, leaving, slept, rank, lasted, forgets, polls; \
  bool w_heads, w_ordinary, missed

/* The word without roles from before a fork. Quiet unlocks are counted from then on. */
inline see_word() {
  old = ALIVE(word);
#ifndef MUTANT_FORK_FORGETS_COUNT
  quiet = (IS_DEAD(word) && (old & FLAGS) == SYMMETRIC -> 1 : quiet);
#endif
  fresh = old
}

/* Without a role nothing is left of the number; quiet unlocks are counted from then on. */
inline tidy() {
  if
  :: fresh & ROLES -> quiet = 0
  :: else -> fresh = fresh & ~NUMBER; quiet = ((fresh & FLAGS) == SYMMETRIC -> 1 : 0)
  fi
}

inline tidy_since_now() {
  if
  :: (fresh | old) & ROLES -> tidy()
  :: else -> quiet = ((fresh & PARKED) -> 0 : quiet)
  fi
}

inline check_roles() {
  assert(!HAS(HANDED) || HAS(LOCKED));
  assert(!HAS(MARKED) || !HAS(HANDED | CALLED));
  assert(!HAS(HEAD_SLEEPS) || HAS(MARKED));
  assert(!HAS(NUMBER) || HAS(ROLES));
  if :: !HAS(MARKED) -> overtakes = 0 :: else fi;
  old = 0; fresh = 0; becomes = 0
}

inline take_place() {
  places = (HAS_PLACE -> places : APPENDED(places))
}

inline lose_place() {
  places = WITHOUT(places, ME);
#ifdef HAS_EXCUSES
  excused = excused & ~SELF
#endif
}

inline forget_places() {
  places = 0;
#ifdef HAS_EXCUSES
  excused = 0
#endif
}

inline note_call() {
#ifdef HAS_EXCUSES
  callers = callers | (1 << _pid)
#else
  skip
#endif
}

inline note_end_of_call() {
#ifdef HAS_EXCUSES
  callers = callers & ~(1 << _pid);
  overlap = overlap && callers
#else
  skip
#endif
}

/*
 * Of who clears CALLED. Others who were called and have not come may be passed from then on; so may those who are yet to
 * be woken by a call that is under way.
 */
inline forget_turns() {
#ifdef HAS_EXCUSES
  excused = excused | (believers & ~SELF);
  overlap = overlap || (callers & ~(1 << _pid))
#else
  skip
#endif
}

inline forget_waiter() {
  lose_place();
  believers = believers & ~SELF;
  standing = patient; expected = 0; timed = false; carries = false; leaving = false; slept = false; rank = false
}

/* In the step in which it takes the lock. */
inline check_order() {
#if defined(IS_ORDERED) && !defined(FORGETS)
  assert(!HAS_PLACE || IS_FIRST || all_woken);
#elif defined(IS_ORDERED)
  before = (HAS_PLACE && !all_woken -> places : ME);
  before = (IS_PASSED(before) -> before >> 3 : before);
  before = (IS_PASSED(before) -> before >> 3 : before);
  before = (IS_PASSED(before) -> before >> 3 : before);
  assert((before & 7) == ME);
  before = 0;
#endif
  if
  :: HAS(MARKED) && !HAS_PLACE -> overtakes++; assert(overtakes <= MAY_OVERTAKE)
  :: else
  fi
}

inline believers_lose_place() {
  places = ((believers & 1) -> WITHOUT(places, 1) : places);
  places = ((believers & 2) -> WITHOUT(places, 2) : places);
  places = ((believers & 4) -> WITHOUT(places, 3) : places);
#if N > 3
  places = ((believers & 8) -> WITHOUT(places, 4) : places);
#endif
#ifdef HAS_EXCUSES
  excused = excused & ~believers
#endif
}

/* `new`, of a lock that was handed over and not come for. */
inline take_back() {
  fresh = (fresh & ~(HANDED | CALLED)) | ((fresh & CALLED) -> QUEUED | RANKED : 0);
  believers_lose_place()
}

/* Wakes the heads: due to who clears MARKED or HEAD_SLEEPS. */
inline owe_heads() {
#ifndef MUTANT_OTHER_HEADS_FORGOTTEN
  w_heads = (fresh & HEAD_SLEEPS) != 0;
#endif
  fresh = fresh & ~(MARKED | HEAD_SLEEPS)
}

/* `call` is 1 + the rank that is being called; or CALLED_IN_VAIN + that rank, if nobody heard; or CALLS_ALL. */
#define CALLED_IN_VAIN 3
#define CALLS_ALL 5

/* RANKED is the next rank to call from then on. */
inline begin_call() {
  call = 1 + RANK(fresh);
  fresh = (fresh & ~(QUEUED | RANKED)) | CALLED;
  note_call()
}

inline end_call() {
  call = 0; misses = 0;
  note_end_of_call()
}

/* The age of a call, and how many unlocks it has seen. */
inline choose_age() {
  if
  :: HAS(CALLED) -> lasted = true
#ifdef FORGETS
  :: HAS(CALLED) -> forgets = true
#endif
  :: true
  fi
}

/* Of an unlock that clears LOCKED beside CALLED. */
inline forget_call() {
  fresh = fresh & ~(CALLED | QUEUED);
  forget_turns()
}

/* The mark of a head that did not hear. */
inline drop_mark() {
  owe_heads();
  believers_lose_place()
}

/* A head's. */
inline give_up_role() {
  fresh = old;
#ifdef MUTANT_LEAVER_KEEPS_MARK
  skip;
#else
  if
  :: fresh & MARKED ->
     if :: !HAS_PLACE -> believers_lose_place() :: else fi;
     owe_heads();
     if
#ifdef MUTANT_LEAVER_CALLS_NOBODY
     :: NEEDS_CALL(fresh) -> fresh = fresh & ~QUEUED; tidy()
#else
     :: NEEDS_CALL(fresh) -> begin_call()
#endif
     :: !NEEDS_CALL(fresh) -> tidy()
     fi;
     word = fresh
  :: else
  fi
#endif
}

/*
 * Whether nobody knows of which rank those in the queue are: a call may have been forgotten, and who joined the queue
 * during it.
 */
/* No row of the table in run: releasable-lock, 3 x 2, STARVE FORGETS LOOKS, has a deadlock after 45 million states. */
#ifdef MUTANT_FRESH_AT_ITS_RANK
#define IS_UNKNOWN_TO_OTHERS false
#else
#define IS_UNKNOWN_TO_OTHERS (standing != called && !(old & ROLES))
#endif
#ifdef MUTANT_FORGOTTEN_AT_ITS_RANK
#define IS_UNKNOWN_TO_CALLED false
#else
#define IS_UNKNOWN_TO_CALLED (standing == called && !(old & CALLED))
#endif
#define IS_UNKNOWN (IS_UNKNOWN_TO_CALLED || IS_UNKNOWN_TO_OTHERS)

inline take() {
  fresh = old;
  /* One whose mark was dropped takes, or clears, what is the next head's. */
  if
  :: standing == head && (IS_GIVEN(old) || (old & MARKED)) && !HAS_PLACE -> believers_lose_place()
  :: else
  fi;
  if
  :: IS_GIVEN(old) -> fresh = fresh & ~HANDED
  :: !IS_GIVEN(old) && (old & LOCKED) -> did_take_back(); take_back()
  :: else
  fi;
  if
  :: standing == head && (fresh & MARKED) -> owe_heads()
  :: standing == called ->
     if :: fresh & CALLED -> forget_turns() :: else fi;
     fresh = ((fresh & ROLES) -> fresh : fresh & ~NUMBER);
     fresh = (fresh & ~CALLED) | CONTENDED;
#ifndef MUTANT_RANK_FORGOTTEN
     fresh = (rank || IS_UNKNOWN_TO_CALLED -> fresh | RANKED : fresh);
#endif
#ifdef MUTANT_CALLED_TAKES_WITHOUT_QUEUED
     fresh = ((fresh & ROLES) -> fresh | OURS : fresh & ~NUMBER)
#else
     fresh = fresh | QUEUED | OURS
#endif
  :: else
  fi;
  if
#ifdef MUTANT_NOBODY_CALLS
  :: standing >= called && NEEDS_CALL(fresh) -> fresh = fresh & ~QUEUED; tidy()
#else
  :: standing >= called && NEEDS_CALL(fresh) && (slept || CALLS_WHEN_TAKING) -> begin_call()
#endif
  :: else
  fi;
#ifndef MUTANT_WOKEN_WITHOUT_PARKED
  fresh = (carries -> fresh | PARKED | CONTENDED : fresh);
#endif
  tidy_since_now();
  word = fresh | LOCKED;
  check_order();
  did_acquire();
  forget_waiter();
  next = own
}

/* Whether a fresh starving waiter, one that has not looked, becomes head where there is no role. */
#if defined(MUTANT_FRESH_BECOMES_HEAD) || defined(MUTANT_NEWEST_MARKS) || defined(MUTANT_NO_QUEUE)
#define FRESH_MARKS true
#else
#define FRESH_MARKS false
#endif
#ifdef MUTANT_NEWEST_MARKS
#define HAS_ROOM ((old & (MARKED | HANDED)) == 0)
#else
#define HAS_ROOM ((old & ROLES) == 0)
#endif
#define MAY_BECOME_HEAD \
  (standing == called && !(old & (MARKED | HANDED)) || standing == head && HAS_ROOM || \
   standing == starving && HAS_ROOM && (rank || FRESH_MARKS))


#if defined(MUTANT_CALLED_SETS_NO_QUEUED)
#define SETS_QUEUED (standing != called || !becomes)
#elif defined(MUTANT_FORGOTTEN_SETS_NO_QUEUED)
#define SETS_QUEUED (standing != called || !becomes || (old & CALLED))
#else
#define SETS_QUEUED true
#endif

inline prepare_sleep() {
  fresh = old | CONTENDED;
  becomes = false;
  if
  :: standing == patient -> fresh = fresh | PARKED
  :: standing == head && (old & MARKED) -> fresh = fresh | HEAD_SLEEPS
#ifdef MUTANT_NO_QUEUE
  :: standing == starving && !MAY_BECOME_HEAD -> fresh = fresh | PARKED; take_place()
#endif
  :: else ->
     becomes = MAY_BECOME_HEAD;
     fresh = ((fresh & ROLES) -> fresh : fresh & ~NUMBER);
     fresh = (SETS_QUEUED -> fresh | QUEUED | OURS : fresh);
#ifndef MUTANT_RANK_FORGOTTEN
     rank = rank || standing == called && !becomes;
     fresh = (SETS_QUEUED && (rank || IS_UNKNOWN) -> fresh | RANKED : fresh);
#else
     fresh = (standing != called && (rank || IS_UNKNOWN) -> fresh | RANKED : fresh);
#endif
     if :: becomes && (fresh & CALLED) -> forget_turns() :: else fi;
     fresh = (becomes -> (fresh & ~CALLED) | MARKED | OURS : fresh);
     fresh = (carries -> fresh | PARKED : fresh);
     standing = (becomes -> head : starving);
     believers = (becomes -> believers | SELF : believers & ~SELF);
     if
     :: becomes ->
        slept = false;
        fresh = (polls -> fresh : fresh | HEAD_SLEEPS);
        take_place()
     :: else
     fi
  fi;
  if
  :: (fresh & ~word) & SYMMETRIC -> next = barrier
  :: else -> next = (becomes && polls -> nothing : sleep)
  fi;
  quiet = 0;
  word = fresh;
  expected = (next == sleep -> fresh : 0);
  carries = false
}

/* One turn of Waiter.look. */
inline look() {
  d_step {
    did_use();
    see_word();
    if
    :: !(old & LOCKED) || IS_GIVEN(old) || MAY_TAKE_BACK(word) -> take()
#ifdef MUTANT_CALLED_LEAVES
    :: (old & LOCKED) && !IS_GIVEN(old) && !MAY_TAKE_BACK(word) && (leaving || timed && standing == called) ->
#else
    :: (old & LOCKED) && !IS_GIVEN(old) && !MAY_TAKE_BACK(word) && leaving ->
#endif
       if :: standing == head -> give_up_role() :: else fi;
       forget_waiter();
       next = left
    :: else -> prepare_sleep()
    fi;
    lasted = false; polls = false;
    did_change()
  }
}

inline choose_look() {
#ifdef TAKE_BACK
  if :: HAS(HANDED) -> lasted = true :: true fi;
#endif
#ifdef POLLS
  if :: standing == starving || standing == called -> polls = true :: true fi
#else
  skip
#endif
}

/* Of one who was interrupted. Leaves `found` set if the lock is its own now. */
inline step_aside() {
  d_step {
    did_use();
    see_word();
    if
    :: standing == head && IS_GIVEN(old) ->
       lasted = false;
       take()
    :: standing == head && !IS_GIVEN(old) ->
#ifndef MUTANT_STEP_ASIDE_KEEPS_MARK
       give_up_role();
#endif
       believers = believers & ~SELF;
       lose_place();
       standing = starving;
       next = left
    :: else -> next = nothing
    fi;
    did_change()
  }
}

inline fall_asleep() {
  if
  :: standing == patient -> ordinary = ordinary | SELF
  :: standing == head -> heads = heads | SELF
#ifdef MUTANT_NO_QUEUE
  :: standing == starving && !(expected & QUEUED) -> ordinary = ordinary | SELF
  :: standing == starving && (expected & QUEUED) ->
#else
  :: standing == starving ->
#endif
     queue = queue | SELF;
     if
     :: rank -> line1 = APPENDED(line1)
     :: else -> line0 = APPENDED(line0)
     fi;
     take_place()
  fi
}

inline get_up() {
  ordinary = ordinary & ~SELF;
  heads = heads & ~SELF;
  queue = queue & ~SELF;
  line0 = WITHOUT(line0, ME);
  line1 = WITHOUT(line1, ME)
}

#define IS_ASLEEP (((ordinary | heads | queue) & SELF) != 0)
/* Beside patience for ever, who swallows an ordinary wake-up must not stop. */
#define MAY_STOP (stops == 0 && (PATIENT == 0 || standing == head || standing == called))
#define IS_ENDLESS (_pid < PATIENT)

/* The wait returned 0. */
inline did_wake() {
  if
  :: standing == patient ->
     carries = true;
#ifdef STARVE
     if :: !IS_ENDLESS -> standing = starving :: true fi
#endif
  :: standing == starving ->
     standing = called
#ifdef LOOKS
     if :: rank = true :: true fi
#endif
  :: standing == head -> slept = true
  fi
}

#define LOOK_HELPS (!HAS(LOCKED) || HAS(HANDED) && (HAS_TAKE_BACK || IS_DEAD(word)) || !HAS(ROLES) || !HAS(QUEUED) || !HAS(RANKED))

#define CAN_NAP \
  (MAY_STARVE && standing == patient && !IS_ENDLESS || HAS_LOOKS && standing == starving && !rank || \
   HAS_STOPS && standing == starving && rank && LOOK_HELPS || HAS_TAKE_BACK && (expected & HANDED) || \
   (expected & UNCONFIRMED) || timed || MAY_FAIL)

/* A sleep that ends by itself, if CAN_NAP. */
inline nap() {
  if
#ifdef STARVE
  :: standing == patient && !IS_ENDLESS -> get_up(); standing = starving
#endif
#ifdef LOOKS
  :: standing == starving && !rank -> get_up(); lose_place(); rank = true
#endif
#ifdef STOPS
  :: standing == starving && rank && LOOK_HELPS -> get_up(); lose_place()
#endif
#ifdef TAKE_BACK
  :: expected & HANDED -> get_up(); lose_place(); rank = rank || standing == starving
#endif
#if CONTENDED
  :: expected & UNCONFIRMED -> get_up(); lose_place()
#endif
  :: timed -> get_up(); if :: standing == starving -> lose_place() :: else fi; leaving = true
#ifdef FAULTS
  :: get_up(); places = (standing == starving -> 0 : places); did_wake()
  :: get_up(); if :: standing == starving -> lose_place() :: else fi
#endif
  fi;
  slept = slept || standing == head
}

inline wake_first_of(line) {
#ifdef HAS_EXCUSES
  excused = (overlap -> excused | (1 << ((line & 7) - 1)) : excused);
#endif
  believers = believers | (1 << ((line & 7) - 1));
  queue = queue & ~(1 << ((line & 7) - 1));
  line = line >> 3
}

#ifdef MUTANT_HOLDER_LEAVES_HANDED
#define IS_OTHERS(is_holder) (!(is_holder))
#else
#define IS_OTHERS(is_holder) true
#endif

/* Somebody has joined the queue during the call whom the ranks below do not have. */
#define IS_MISS ((old & QUEUED) && (call == CALLED_IN_VAIN || (old & RANKED)))

#ifdef MUTANT_CALL_ENDS_BESIDE_QUEUED
#define HAS_MISSED_THRICE false
#define GOES_ON (call != CALLED_IN_VAIN && !(old & QUEUED))
#else
#define HAS_MISSED_THRICE (IS_MISS && misses >= 2 && (old & LOCKED))
#define GOES_ON (call != CALLED_IN_VAIN || (old & QUEUED))
#endif

/* A call that nobody of its rank heard. Of who holds the lock, if `is_holder`. */
inline look_after_vain_call(is_holder) {
  d_step {
    did_use();
    see_word();
    if
#ifdef MUTANT_FORGOTTEN_CALLER_STOPS
    :: !(old & CALLED) -> call = 0
#else
    :: !(old & CALLED) -> call = ((old & ROLES) -> 0 : CALLS_ALL)
#endif
    :: (old & CALLED) && HAS_MISSED_THRICE && !(old & HANDED) ->
       word = fresh & ~CALLED; call = 0; missed = true; forget_turns()
#ifndef MUTANT_CALLS_FOR_EVER
    :: (old & CALLED) && HAS_MISSED_THRICE && (old & HANDED) ->
       /* Who joins the queue finds the lock free. */
       w_ordinary = w_ordinary || (old & PARKED);
       word = fresh & ~(HANDED | LOCKED | QUEUED | PARKED);
       call = 1 + RANK(old)
    :: (old & CALLED) && GOES_ON && !HAS_MISSED_THRICE ->
#else
    :: (old & CALLED) && GOES_ON && !(HAS_MISSED_THRICE && !(old & HANDED)) ->
#endif
       misses = (IS_MISS && misses < 2 -> misses + 1 : misses);
       word = fresh & ~(QUEUED | RANKED);
       call = 1 + RANK(old)
    :: (old & CALLED) && !GOES_ON && !HAS_MISSED_THRICE ->
       fresh = fresh & ~(CALLED | QUEUED);
       call = 0;
#ifndef MUTANT_NOBODY_IS_NO_MISS
       missed = true;
#endif
       forget_turns();
#ifndef MUTANT_HANDED_TO_NOBODY
       if
       :: IS_OTHERS(is_holder) && (fresh & HANDED) -> fresh = fresh & ~(HANDED | LOCKED)
       :: else
       fi;
#endif
#ifndef MUTANT_VAIN_CALL_FORGETS_PARKED
       if
       :: !(fresh & LOCKED) && (fresh & PARKED) -> fresh = fresh & ~PARKED; w_ordinary = true
       :: else
       fi;
#endif
       tidy();
       word = fresh
    fi;
    did_change()
  }
}
