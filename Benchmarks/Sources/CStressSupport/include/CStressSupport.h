// What lockstress needs and Swift cannot say: signal handlers that run no Swift code, CPU masks, fork, an
// opaque call.
#ifndef CSTRESSSUPPORT_H
#define CSTRESSSUPPORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// Nothing happens here, but the compiler has to assume that memory was read and changed.
void stress_opaque_call(void);

/// CLOCK_MONOTONIC in nanoseconds.
uint64_t stress_now(void);

/// pthread_cond_timedwait(3) with a deadline in nanoseconds of the condition's clock.
void stress_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t deadline);

/// Sleeps while `*word` is `value`, at the latest until `deadline` of CLOCK_MONOTONIC in nanoseconds (UINT64_MAX:
/// none). May return early, and does after a signal handler ran.
void stress_futex_wait(const uint32_t *word, uint32_t value, uint64_t deadline);

/// Wakes at most that many threads that sleep so.
void stress_futex_wake(const uint32_t *word, int count);

/// Sleeps in the kernel for that long, or until a signal handler ran.
void stress_sleep(uint32_t nanoseconds);

/// Counts SIGUSR1 (installed without SA_RESTART) and SIGUSR2 (with it) instead of dying of them.
void stress_install_noise_handlers(void);
uint64_t stress_noise_signals_handled(void);

/// When the calling thread last handled one of them; 0 if it never did.
uint64_t stress_last_noise_signal(void);

// MARK: Scheduling

/// The number by which the kernel knows the calling thread.
pid_t stress_thread_number(void);

/// For how many nanoseconds this thread of the process has been runnable without running, since it began; -1 where
/// the kernel does not tell.
int64_t stress_run_delay(pid_t thread);

// MARK: CPUs

/// The numbers of the CPUs that the calling thread may use, at most `room`; returns how many, or -errno.
int stress_usable_cpus(int *cpus, int room);

/// From here `thread` runs on these CPUs only. Returns 0 or an errno.
int stress_bind(pthread_t thread, const int *cpus, int count);

// MARK: Children

/// Whether the child of a fork can be relied on: not under ThreadSanitizer. For its sake Swift takes a lock at each
/// access to a global, and in the child nobody gives back what another thread had taken.
bool stress_can_fork(void);

/// What the child of a fork did, in memory that it shares with its parent.
struct stress_child_account {
    uint64_t free;      ///< locks that it found free and used
    uint64_t held;      ///< locks that it found held and waited for in vain
    uint64_t opened;    ///< of these, the ones that it then opened
    int32_t lock;       ///< the lock that it is at, an index
    int32_t step;       ///< what it does there
};

/// An account in memory that children share; null if there is none to be had.
struct stress_child_account *stress_make_child_account(void);

/// As fork(2), for a child that does not outlive its parent and dies of SIGALRM after that many seconds. Returns
/// -errno where that returns -1.
pid_t stress_fork(unsigned seconds);

/// Waits for the end of the child: its exit status, or the number of the signal that ended it, negated.
int stress_end_of_child(pid_t child);

// MARK: Cost

/// What the process has used since it began.
struct stress_usage {
    uint64_t user_nanoseconds, system_nanoseconds;
    uint64_t voluntary_switches, involuntary_switches;
    uint64_t peak_bytes;
};
struct stress_usage stress_usage(void);

#endif
