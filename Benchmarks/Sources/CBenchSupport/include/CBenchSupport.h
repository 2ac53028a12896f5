// What Swift cannot say, or not as a function that surely inlines.
#ifndef CBENCH_SUPPORT_H
#define CBENCH_SUPPORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define BENCH_INLINE static inline __attribute__((always_inline))

// MARK: Work

/// `steps` dependent steps of work. Shift, xor and multiplication do not commute: unlike an affine step
/// the compiler cannot fold several of them into one.
BENCH_INLINE uint64_t bench_work(uint64_t value, uint32_t steps) {
    for (uint32_t step = 0; step < steps; step++) {
        value ^= value >> 29;
        value *= 0xBF58476D1CE4E5B9u;
    }
    return value;
}

// MARK: Words read by other threads

BENCH_INLINE uint64_t bench_load(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }
BENCH_INLINE void bench_store(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELAXED); }

// MARK: CPU hints

BENCH_INLINE void bench_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    __asm__ volatile("isb" ::: "memory");
#endif
}

/// A number that differs from thread to thread and call to call: the cycle counter.
BENCH_INLINE uint64_t bench_cycle_counter(void) {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    uint64_t count;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
    return count;
#endif
}

// MARK: Futexes

/// FUTEX_WAIT, private, without time-out.
void bench_futex_wait(const uint32_t *word, uint32_t expected);
/// FUTEX_WAKE of one, private.
void bench_futex_wake_one(const uint32_t *word);

// MARK: Clocks and counters

/// CLOCK_MONOTONIC in nanoseconds.
uint64_t bench_now(void);
/// Sleeps for so long, however many signals come. The kernel adds the thread's timer slack, 50 us unless changed.
void bench_sleep(uint64_t nanoseconds);
/// CPU time of one running thread in nanoseconds: its own clock, which does not lag by a tick as getrusage does.
uint64_t bench_thread_cpu_time(pthread_t thread);
/// CPU time of the process in nanoseconds, ended threads included.
uint64_t bench_process_cpu_time(void);
/// Voluntary and involuntary context switches of the calling thread so far.
uint64_t bench_thread_switches(void);
/// The voluntary ones alone: how often the thread went to sleep in the kernel.
uint64_t bench_thread_voluntary_switches(void);
/// Voluntary and involuntary ones of the process, ended threads included.
uint64_t bench_process_switches(void);

// MARK: CPUs

/// Numbers of the CPUs that the calling thread may use; returns how many there are.
int bench_usable_cpus(int *cpus, int capacity);
/// Restricts the calling thread to one CPU.
bool bench_pin(int cpu);

// MARK: Opponents

/// Initialises glibc's adaptive mutex, which spins before it sleeps.
int bench_adaptive_mutex_init(pthread_mutex_t *mutex);

// MARK: Threads

/// Joins a thread that ends before `deadline`, in nanoseconds of CLOCK_MONOTONIC; false if it does not.
bool bench_join(pthread_t thread, uint64_t deadline);

// MARK: Versions

/// The file of the loaded library that defines `symbol`, or NULL.
const char *bench_library_defining(const char *symbol);
const char *bench_glibc_version(void);

#endif
