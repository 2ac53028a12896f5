// What the perturbed machine needs of C: atomics with other orderings than the library's, and a pointer that each thread
// has for itself. The atomics are inline, so that ThreadSanitizer sees them where Swift calls them.
#ifndef CPERTURBATION_H
#define CPERTURBATION_H

#include <stdbool.h>
#include <stdint.h>

static inline void cperturbation_store_relaxed(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline uint32_t cperturbation_exchange_relaxed(uint32_t *word, uint32_t value) {
    return __atomic_exchange_n(word, value, __ATOMIC_RELAXED);
}

static inline bool cperturbation_compare_exchange_relaxed(uint32_t *word, uint32_t expected, uint32_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/// Stores `other` where it finds `found`, else `value`; returns what it found.
static inline uint32_t cperturbation_exchange_unless(uint32_t *word, uint32_t value, uint32_t found, uint32_t other) {
    uint32_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(word, &old, old == found ? other : value, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED)) {
    }
    return old;
}

/// Initially NULL.
void *cperturbation_thread(void);
void cperturbation_set_thread(void *thread);

#endif
