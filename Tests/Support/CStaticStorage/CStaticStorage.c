#include "CStaticStorage.h"

static _Thread_local volatile char storage[24 << 10];

int test_use_static_storage(void) {
    storage[0]++;
    storage[sizeof storage - 1]++;
    return storage[0];
}
