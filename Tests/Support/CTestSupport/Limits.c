// What takes CPUs away from a process.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "CTestSupport.h"

int test_run_on_one_cpu(int thread) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(thread, sizeof allowed, &allowed)) return -1;
    int cpu = 0;
    while (!CPU_ISSET(cpu, &allowed)) cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(thread, sizeof one, &one);
}

long test_preemptions(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nivcsw;
}
