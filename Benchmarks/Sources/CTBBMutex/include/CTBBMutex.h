// oneTBB's tbb::mutex for callers that speak C.
#ifndef CTBB_MUTEX_H
#define CTBB_MUTEX_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Room for the mutex, where the caller wants it.
typedef struct {
    uint64_t storage;
} ctbb_mutex;

void ctbb_mutex_create(ctbb_mutex *mutex);
void ctbb_mutex_destroy(ctbb_mutex *mutex);
void ctbb_mutex_lock(ctbb_mutex *mutex);
void ctbb_mutex_unlock(ctbb_mutex *mutex);

/// The version of the library that was loaded.
const char *ctbb_version(void);

#ifdef __cplusplus
}
#endif

#endif
