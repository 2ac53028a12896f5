#define _GNU_SOURCE
#include "CStressSupport.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void stress_futex_wait(const uint32_t *word, uint32_t value, uint64_t deadline) {
    struct timespec time = {(time_t)(deadline / 1000000000u), (long)(deadline % 1000000000u)};
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value, deadline == UINT64_MAX ? NULL : &time, NULL,
            FUTEX_BITSET_MATCH_ANY);
}

void stress_futex_wake(const uint32_t *word, int count) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count);
}
