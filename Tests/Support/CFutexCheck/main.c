// Checks every wrapper of CFutex against the machine it runs on. A program of its own, so that it can be
// cross-compiled and run by an emulator.
#include <CFutex.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const uint32_t every_sleeper = UINT32_MAX;
static const int untouched = 4711;

static void hold(bool condition, const char *text, int line) {
    if (condition) return;
    fprintf(stderr, "cfutex-check: line %d: %s does not hold\n", line, text);
    exit(1);
}
#define HOLD(condition) hold(condition, #condition, __LINE__)

static uint64_t now(void) {
    struct timespec time;
    HOLD(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void waits_return_negative_errors(void) {
    const uint32_t word = 7;
    errno = untouched;
    HOLD(cfutex_wait(&word, 8, CFUTEX_NO_DEADLINE, every_sleeper) == -EAGAIN);
    HOLD(cfutex_wait(&word, 7, 0, every_sleeper) == -ETIMEDOUT);
    HOLD(cfutex_wait(&word, 7, CFUTEX_NO_DEADLINE, 0) == -EINVAL);
    HOLD(cfutex_wait((const uint32_t *)((const char *)&word + 1), 7, 0, every_sleeper) == -EINVAL);
    HOLD(cfutex_wait(NULL, 7, 0, every_sleeper) == -EFAULT);
    HOLD(cfutex_wake(&word, 1, 0) == -EINVAL);
    HOLD(errno == untouched);
}

static _Alignas(16) char other_stack[64 << 10];

static void note_stack(void *argument) {
    const char here = 0;
    *(uintptr_t *)argument = (uintptr_t)&here;
}

static void calls_run_on_the_stack_given(void) {
    volatile double kept = 1.5;
    const uintptr_t start = (uintptr_t)other_stack, end = start + sizeof other_stack;
    uintptr_t place = 0;
    cfutex_call_on_stack(other_stack + sizeof other_stack, note_stack, &place);
    HOLD(place > start && place < end);
    HOLD(kept == 1.5);
}

static void timed_loads_load(void) {
    const uint32_t word = 7;
    uint32_t ticks = UINT32_MAX;
    HOLD(cfutex_load_timed(&word, &ticks) == 7);
    HOLD(ticks != UINT32_MAX);
    cfutex_prefetch_for_write(&word);
}

static void a_wait_lasts_until_its_deadline(void) {
    const uint32_t word = 0;
    const uint64_t deadline = now() + 20 * 1000 * 1000;
    int32_t result;
    do result = cfutex_wait(&word, 0, deadline, every_sleeper);
    while (result == -EINTR);
    HOLD(result == -ETIMEDOUT);
    HOLD(now() >= deadline);
}

static void the_farthest_deadline_is_accepted(void) {
    const uint32_t word = 1;
    HOLD(cfutex_wait(&word, 0, INT64_MAX, every_sleeper) == -EAGAIN);
}

enum { SLEEPERS = 3 };
static uint32_t bed;
static int32_t sleepers[SLEEPERS];
static int32_t results[SLEEPERS];

static void *sleep_at_bed(void *argument) {
    const size_t index = (size_t)argument;
    __atomic_store_n(&sleepers[index], cfutex_gettid(), __ATOMIC_RELEASE);
    // The last sleeper is of another class than the others.
    const uint32_t bits = index == SLEEPERS - 1 ? 2 : 1;
    results[index] = cfutex_wait(&bed, 0, CFUTEX_NO_DEADLINE, bits);
    return NULL;
}

/// The kernel's letter for what a thread does: S for asleep.
static char thread_state(int32_t thread) {
    char path[64], text[512] = {0};
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
    FILE *file = fopen(path, "r");
    if (!file) return '?';
    const size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = 0;
    const char *name_end = strrchr(text, ')');
    return name_end ? name_end[2] : '?';
}

static void wakes_count_and_classes_are_kept_apart(void) {
    pthread_t threads[SLEEPERS];
    for (size_t i = 0; i < SLEEPERS; i++) {
        HOLD(pthread_create(&threads[i], NULL, sleep_at_bed, (void *)i) == 0);
        while (!__atomic_load_n(&sleepers[i], __ATOMIC_ACQUIRE) || thread_state(sleepers[i]) != 'S') usleep(1000);
    }
    errno = untouched;
    HOLD(cfutex_wake(&bed, INT32_MAX, 4) == 0);
    HOLD(cfutex_wake(&bed, INT32_MAX, 2) == 1);
    HOLD(cfutex_wake(&bed, 1, 1) == 1);
    HOLD(cfutex_wake(&bed, INT32_MAX, every_sleeper) == 1);
    HOLD(cfutex_wake(&bed, INT32_MAX, every_sleeper) == 0);
    HOLD(errno == untouched);
    for (size_t i = 0; i < SLEEPERS; i++) {
        HOLD(pthread_join(threads[i], NULL) == 0);
        HOLD(results[i] == 0);
    }
}

static void *report_thread(void *argument) {
    *(int32_t *)argument = cfutex_gettid();
    return NULL;
}

static void identities_are_the_kernels(void) {
    errno = untouched;
    HOLD(cfutex_getpid() == getpid());
    HOLD(cfutex_gettid() == getpid());
    HOLD(cfutex_usable_cpus() >= 1);
    HOLD(errno == untouched);
    int32_t other = 0;
    pthread_t thread;
    HOLD(pthread_create(&thread, NULL, report_thread, &other) == 0);
    HOLD(pthread_join(thread, NULL) == 0);
    HOLD(other > 0 && other != cfutex_gettid());
}

static void atomics_of_a_word(void) {
    uint32_t word = 5;
    HOLD(cfutex_load_relaxed(&word) == 5 && cfutex_load_acquire(&word) == 5);
    cfutex_store_release(&word, UINT32_MAX);
    HOLD(word == UINT32_MAX);
    HOLD(cfutex_exchange_release(&word, 2) == UINT32_MAX && word == 2);
    HOLD(!cfutex_compare_exchange_acquire(&word, 1, 3) && word == 2);
    HOLD(cfutex_compare_exchange_acquire(&word, 2, 3) && word == 3);
    HOLD(!cfutex_compare_exchange_release(&word, 2, 4) && word == 3);
    HOLD(cfutex_compare_exchange_release(&word, 3, 4) && word == 4);
    HOLD(!cfutex_compare_exchange_relaxed(&word, 3, 5) && word == 4);
    HOLD(cfutex_compare_exchange_relaxed(&word, 4, 5) && word == 5);
}

static void atomics_of_a_byte_leave_its_neighbours(void) {
    for (size_t index = 0; index < 4; index++) {
        uint32_t word = 0x44332211;
        uint8_t *byte = (uint8_t *)&word + index;
        const uint8_t former = *byte;
        const uint32_t others = word & ~(0xffu << (8 * index));
        HOLD(cfutex_load_byte_relaxed(byte) == former);
        HOLD(cfutex_exchange_byte_acquire(byte, 0xab) == former);
        HOLD(word == (others | 0xabu << (8 * index)));
        cfutex_store_byte_release(byte, 0xcd);
        HOLD(word == (others | 0xcdu << (8 * index)));
    }
}

static void memory_is_wiped_in_a_child_where_the_kernel_offers_that(void) {
    const unsigned long size = 100;
    errno = untouched;
    long start = cfutex_map(size);
    HOLD(start > 0);
    int *number = (int *)start;
    HOLD(*number == 0);
    *number = 7;
    // Some emulators take any advice, and heed none.
    bool is_heeded = cfutex_advise(start, size, CFUTEX_INVALID_ADVICE) == -EINVAL;
    int32_t result = cfutex_advise(start, size, CFUTEX_WIPE_ON_FORK);
    HOLD(result == 0 || result == -EINVAL);
    pid_t child = fork();
    if (child == 0) _exit(*number);
    int status;
    HOLD(waitpid(child, &status, 0) == child && WIFEXITED(status));
    HOLD(WEXITSTATUS(status) == (is_heeded && result == 0 ? 0 : 7));
    HOLD(*number == 7);
    HOLD(cfutex_unmap(start, size) == 0);
    HOLD(cfutex_unmap(start + 1, size) == -EINVAL);
    HOLD(errno == untouched);
}

enum { ROUNDS = 20000 };
static uint32_t spin_word;
static uint64_t unprotected;

static void *count_up(void *argument) {
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        while (!cfutex_compare_exchange_acquire(&spin_word, 0, 1)) cfutex_pause();
        unprotected++;
        if (cfutex_exchange_release(&spin_word, 0) != 1) abort();
    }
    return NULL;
}

static void acquire_and_release_protect(void) {
    pthread_t other;
    HOLD(pthread_create(&other, NULL, count_up, NULL) == 0);
    count_up(NULL);
    HOLD(pthread_join(other, NULL) == 0);
    HOLD(unprotected == 2 * ROUNDS);
}

int main(void) {
    waits_return_negative_errors();
    timed_loads_load();
    calls_run_on_the_stack_given();
    a_wait_lasts_until_its_deadline();
    the_farthest_deadline_is_accepted();
    wakes_count_and_classes_are_kept_apart();
    identities_are_the_kernels();
    atomics_of_a_word();
    atomics_of_a_byte_leave_its_neighbours();
    memory_is_wiped_in_a_child_where_the_kernel_offers_that();
    acquire_and_release_protect();
    cfutex_compiler_barrier();
    return 0;
}
