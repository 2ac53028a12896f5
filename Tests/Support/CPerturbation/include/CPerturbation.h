// What the perturbed machine needs of C: atomics with other orderings than the library's, and a pointer that each thread
// has for itself. The atomics are inline, so that ThreadSanitizer sees them where Swift calls them.
#ifndef CPERTURBATION_H
#define CPERTURBATION_H

#include <stdint.h>

static inline void cperturbation_store_relaxed(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline uint32_t cperturbation_exchange_relaxed(uint32_t *word, uint32_t value) {
    return __atomic_exchange_n(word, value, __ATOMIC_RELAXED);
}

static inline void cperturbation_store_byte_relaxed(uint8_t *byte, uint8_t value) {
    __atomic_store_n(byte, value, __ATOMIC_RELAXED);
}

static inline uint8_t cperturbation_exchange_byte_relaxed(uint8_t *byte, uint8_t value) {
    return __atomic_exchange_n(byte, value, __ATOMIC_RELAXED);
}

/// Initially NULL.
void *cperturbation_thread(void);
void cperturbation_set_thread(void *thread);

#endif
