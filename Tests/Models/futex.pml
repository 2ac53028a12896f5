/*
 * futex(2) as the models use it: FUTEX_WAIT_BITSET and FUTEX_WAKE on a private word.
 *
 * A queue is a global `byte`, the set of those who sleep at one address: bit p for the process whose _pid is
 * p. Processes that sleep have the lowest _pid, 0 to N-1; define N, 2 to 6, before this file is included.
 * Sleepers of different bitsets on one word are queues of their own.
 *
 * As in the kernel, comparing the word and joining the queue is one step, and so is leaving the queue:
 * whoever is woken is out of the queue before it runs, so that a deadline or a signal can no longer end its
 * sleep. What is freer than the kernel: a wake-up picks any sleeper, not the one that came first.
 *
 * Each of these may stand as the guard of an option: there is no `else` that an option beside it would
 * disable. What is left in `outcome` after its use costs states.
 */

#if N < 2 || N > 6
#error "define N, from 2 to 6"
#endif

#define SELF (1 << _pid)

/* What Machine.wait returns. */
mtype = { woken, valueChanged, timedOut, interrupted }

/*
 * Sleeps while word == expected. Each call chooses how it ends, so that no step of the caller can rely on an
 * ending that need not come: a sleeper for good runs again only when somebody wakes it, and if nobody does,
 * that is a deadlock, which the search reports. A call that ends as timedOut was one with a deadline; all
 * others may have had none.
 */
inline futex_wait(word, expected, queue, outcome) {
  if
  :: atomic { word == expected -> queue = queue | SELF }
     atomic { !(queue & SELF) -> outcome = woken }
  :: futex_nap(word, expected, queue, outcome)
  fi
}

/*
 * As futex_wait, with a sleep that ends by itself sooner or later: spuriously with 0, by a signal (EINTR), or
 * at a deadline. It may fail to begin (EAGAIN) although the word holds what is expected, since a sandbox may
 * refuse it.
 */
inline futex_nap(word, expected, queue, outcome) {
  if
  :: atomic { word == expected -> queue = queue | SELF }
     if
     :: atomic { !(queue & SELF) -> outcome = woken }
     :: atomic {
          queue & SELF -> queue = queue & ~SELF;
          if
          :: outcome = woken
          :: outcome = timedOut
          :: outcome = interrupted
          fi
        }
     fi
  :: outcome = valueChanged
  :: outcome = timedOut
  fi
}

/*
 * Wakes one sleeper, if there is one. What the call returns is, within an atomic step, `queue != 0` before it.
 */
inline futex_wake_one(queue) {
  atomic {
    if
    :: queue & 1 -> queue = queue & ~1
    :: queue & 2 -> queue = queue & ~2
#if N > 2
    :: queue & 4 -> queue = queue & ~4
#endif
#if N > 3
    :: queue & 8 -> queue = queue & ~8
#endif
#if N > 4
    :: queue & 16 -> queue = queue & ~16
#endif
#if N > 5
    :: queue & 32 -> queue = queue & ~32
#endif
    :: queue == 0
    fi
  }
}

inline futex_wake_all(queue) {
  queue = 0
}
