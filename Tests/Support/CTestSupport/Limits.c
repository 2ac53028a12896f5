// What takes CPUs and threads away from a process.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTestSupport.h"

int test_usable_cpus(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) ? -1 : CPU_COUNT(&allowed);
}

int test_run_on_one_cpu(int thread) { return test_run_on_cpu(thread, 0); }

int test_run_on_cpu(int thread, int index) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(thread, sizeof allowed, &allowed) || index >= CPU_COUNT(&allowed)) return -1;
    int cpu = 0;
    while (!CPU_ISSET(cpu, &allowed) || index-- > 0) cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(thread, sizeof one, &one);
}

int test_set_urgency(enum test_urgency urgency) {
    int policy = urgency == TEST_IDLE ? SCHED_IDLE : urgency >= TEST_URGENT ? SCHED_FIFO : SCHED_OTHER;
    int priority = urgency < TEST_URGENT ? 0 : urgency - TEST_URGENT + 1;
    // The system calls, unlike some libraries' functions, concern one thread.
    if (urgency == TEST_NICE)
        return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 19);
    return (int)syscall(SYS_sched_setscheduler, 0, policy, &(struct sched_param){.sched_priority = priority});
}

long test_preemptions(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nivcsw;
}

int test_limit_threads(unsigned long most) {
    enum { FIRST_UNUSED_USER = 61184, UNUSED_USERS = 4096 };
    if (geteuid() == 0) {
        // Root is not limited, and what other users run counts too. The system call, unlike the library's function,
        // concerns this thread alone.
        uid_t user = FIRST_UNUSED_USER + (uid_t)getpid() % UNUSED_USERS;
        if (syscall(SYS_setresuid, user, user, user)) return -1;
    } else if (unshare(CLONE_NEWUSER)) {
        return -1;
    }
    return setrlimit(RLIMIT_NPROC, &(struct rlimit){most, most});
}
