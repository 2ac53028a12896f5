// What lockstress needs and Swift cannot say: signal handlers that run no Swift code, CPU masks, an opaque call.
#ifndef CSTRESSSUPPORT_H
#define CSTRESSSUPPORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/// Nothing happens here, but the compiler has to assume that memory was read and changed.
void stress_opaque_call(void);

/// CLOCK_MONOTONIC in nanoseconds.
uint64_t stress_now(void);

/// pthread_cond_timedwait(3) with a deadline in nanoseconds of the condition's clock.
void stress_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t deadline);

/// Sleeps while `*word` is `value`, at the latest until `deadline` of CLOCK_MONOTONIC in nanoseconds (UINT64_MAX:
/// none). May return early, and does after a signal handler ran.
void stress_futex_wait(const uint32_t *word, uint32_t value, uint64_t deadline);

/// Wakes one thread that sleeps so.
void stress_futex_wake(const uint32_t *word);

/// Sleeps in the kernel for that long, or until a signal handler ran.
void stress_sleep(uint32_t nanoseconds);

/// Counts SIGUSR1 (installed without SA_RESTART) and SIGUSR2 (with it) instead of dying of them.
void stress_install_noise_handlers(void);
uint64_t stress_noise_signals_handled(void);

/// From here the first SIGINT or SIGTERM is only noted; a second one ends the process as usual.
void stress_note_interrupts(void);
bool stress_was_interrupted(void);

/// Binds the calling thread, and those that it starts, to one of the CPUs that it may use. Returns its number or -errno.
int stress_bind_to_one_cpu(void);

#endif
