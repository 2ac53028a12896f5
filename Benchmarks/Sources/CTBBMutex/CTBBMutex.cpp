#include "CTBBMutex.h"

#include <new>
#include <oneapi/tbb/mutex.h>
#include <oneapi/tbb/version.h>

static_assert(sizeof(tbb::mutex) <= sizeof(ctbb_mutex) && alignof(tbb::mutex) <= alignof(ctbb_mutex));

static tbb::mutex &mutex_in(ctbb_mutex *room) { return *std::launder(reinterpret_cast<tbb::mutex *>(room)); }

void ctbb_mutex_create(ctbb_mutex *mutex) { new (mutex) tbb::mutex; }
void ctbb_mutex_destroy(ctbb_mutex *mutex) { mutex_in(mutex).~mutex(); }
void ctbb_mutex_lock(ctbb_mutex *mutex) { mutex_in(mutex).lock(); }
void ctbb_mutex_unlock(ctbb_mutex *mutex) { mutex_in(mutex).unlock(); }

const char *ctbb_version(void) { return TBB_runtime_version(); }
