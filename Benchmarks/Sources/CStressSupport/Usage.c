#include "CStressSupport.h"

#include <sys/resource.h>

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

struct stress_usage stress_usage(void) {
    struct rusage used = {0};
    getrusage(RUSAGE_SELF, &used);
    return (struct stress_usage){
        .user_nanoseconds = nanoseconds(used.ru_utime),
        .system_nanoseconds = nanoseconds(used.ru_stime),
        .voluntary_switches = (uint64_t)used.ru_nvcsw,
        .involuntary_switches = (uint64_t)used.ru_nivcsw,
        .peak_bytes = (uint64_t)used.ru_maxrss * 1024,
    };
}
