#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Processes started by a test crash on purpose. The Swift runtime reads this when it starts; without it each crash
// would load a debugger's worth of symbols. A constructor runs while there is one thread, as setenv demands.
__attribute__((constructor)) static void turn_off_backtraces_of_children(void) {
    setenv("SWIFT_BACKTRACE", "enable=no", 1);
}

// Each is there in builds with its sanitizer alone.
__attribute__((weak)) void __tsan_init(void);
__attribute__((weak)) void __asan_init(void);

bool test_has_thread_sanitizer(void) { return __tsan_init != NULL; }

bool test_has_address_sanitizer(void) { return __asan_init != NULL; }

int test_fork(void) {
    pid_t child = fork();
    if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

bool test_is_printed(void) {
    // A buffer that was full earlier may have been lost then.
    return fflush(stdout) == 0 && !ferror(stdout);
}

int test_gettid(void) { return (pid_t)syscall(SYS_gettid); }

int test_query_membarrier(void) {
    int result = (int)syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
    return result < 0 ? -errno : result;
}

long test_futex_number(void) { return SYS_futex; }

int test_signal_thread(int thread, int signal) { return (int)syscall(SYS_tgkill, getpid(), thread, signal); }

static _Thread_local volatile uint64_t counted_signals;
static _Atomic uint64_t all_counted_signals;

static void count_signal(int signal) {
    (void)signal;
    counted_signals++;
    all_counted_signals++;
}

int test_count_signal(int signal, bool restart) {
    struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_ONSTACK | (restart ? SA_RESTART : 0)};
    return sigaction(signal, &action, NULL);
}

uint64_t test_counted_signals(void) { return counted_signals; }

uint64_t test_all_counted_signals(void) { return all_counted_signals; }

int test_memory_file(void) { return memfd_create("test output", MFD_CLOEXEC); }

int test_spawn(const char *path, char *const arguments[], char *const environment[], int output, int error) {
    posix_spawn_file_actions_t actions;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) return -failure;
    posix_spawnattr_t attributes;
    failure = posix_spawnattr_init(&attributes);
    if (failure) {
        posix_spawn_file_actions_destroy(&actions);
        return -failure;
    }
    // Tests run on threads that block signals; what they start is to get them.
    sigset_t none;
    sigemptyset(&none);
    failure = posix_spawnattr_setsigmask(&attributes, &none);
    if (!failure) failure = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    if (!failure) failure = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!failure) failure = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!failure) failure = posix_spawn_file_actions_adddup2(&actions, error, 2);
    pid_t child = 0;
    if (!failure) failure = posix_spawn(&child, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure ? -failure : child;
}
