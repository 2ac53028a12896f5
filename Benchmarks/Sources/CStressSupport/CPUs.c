#define _GNU_SOURCE
#include "CStressSupport.h"

#include <errno.h>
#include <sched.h>

int stress_usable_cpus(int *cpus, int room) {
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) != 0) return -errno;
    int count = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && count < room; cpu++) {
        if (CPU_ISSET(cpu, &usable)) cpus[count++] = cpu;
    }
    return count;
}

int stress_bind(pthread_t thread, const int *cpus, int count) {
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    for (int i = 0; i < count; i++) CPU_SET(cpus[i], &chosen);
    return pthread_setaffinity_np(thread, sizeof chosen, &chosen);
}
