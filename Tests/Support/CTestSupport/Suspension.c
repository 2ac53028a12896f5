// Threads that a signal handler keeps.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "CTestSupport.h"

static _Atomic int suspended;
static _Atomic int resumptions;

static void suspend(int signal) {
    (void)signal;
    int saved = errno;
    int former = resumptions;
    suspended++;
    while (resumptions == former) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    suspended--;
    errno = saved;
}

int test_suspend_at_signal(int signal) {
    struct sigaction action = {.sa_handler = suspend, .sa_flags = SA_RESTART | SA_ONSTACK};
    return sigaction(signal, &action, NULL);
}

int test_suspended_threads(void) { return suspended; }

void test_resume_suspended(void) { resumptions++; }
