#include "CInterrupts.h"

#include <signal.h>
#include <stdint.h>
#include <time.h>

static const uint64_t same_wish_nanoseconds = 500000000;

/// When the first one came, in nanoseconds of CLOCK_MONOTONIC; 0 before that.
static uint64_t first;

static void note(int signal_number) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    uint64_t now = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
    uint64_t seen = 0;
    if (__atomic_compare_exchange_n(&first, &seen, now, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
    if (now < seen + same_wish_nanoseconds) return;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void interrupts_note(int signal_number) {
    struct sigaction action = {0};
    if (sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) return;
    action.sa_handler = note;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

bool interrupts_came(void) {
    return __atomic_load_n(&first, __ATOMIC_RELAXED) != 0;
}
