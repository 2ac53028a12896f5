#include "CAbseilMutex.h"

#include <absl/base/config.h>
#include <absl/synchronization/mutex.h>
#include <new>

static_assert(sizeof(absl::Mutex) <= sizeof(cabseil_mutex) && alignof(absl::Mutex) <= alignof(cabseil_mutex));

static absl::Mutex &mutex_in(cabseil_mutex *room) {
    return *std::launder(reinterpret_cast<absl::Mutex *>(room));
}

void cabseil_mutex_create(cabseil_mutex *mutex) {
    // A library that was built with assertions, as Debian's is, looks for deadlocks at each lock unless it is told not
    // to; one built without them never does.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    new (mutex) absl::Mutex;
}
void cabseil_mutex_destroy(cabseil_mutex *mutex) { mutex_in(mutex).~Mutex(); }
void cabseil_mutex_lock(cabseil_mutex *mutex) { mutex_in(mutex).Lock(); }
void cabseil_mutex_unlock(cabseil_mutex *mutex) { mutex_in(mutex).Unlock(); }

#define TEXT_OF(value) #value
#define VERSION_TEXT(release, patch) TEXT_OF(release) "." TEXT_OF(patch)

const char *cabseil_version(void) {
#ifdef ABSL_LTS_RELEASE_VERSION
    return VERSION_TEXT(ABSL_LTS_RELEASE_VERSION, ABSL_LTS_RELEASE_PATCH_LEVEL);
#else
    return "between releases";
#endif
}
