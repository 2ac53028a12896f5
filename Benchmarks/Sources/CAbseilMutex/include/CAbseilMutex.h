// Abseil's absl::Mutex for callers that speak C.
#ifndef CABSEIL_MUTEX_H
#define CABSEIL_MUTEX_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Room for the mutex, where the caller wants it.
typedef struct {
    uint64_t storage;
} cabseil_mutex;

void cabseil_mutex_create(cabseil_mutex *mutex);
void cabseil_mutex_destroy(cabseil_mutex *mutex);
void cabseil_mutex_lock(cabseil_mutex *mutex);
void cabseil_mutex_unlock(cabseil_mutex *mutex);

/// The release this was compiled against, which is also the only one that it runs with.
const char *cabseil_version(void);

#ifdef __cplusplus
}
#endif

#endif
