// Children of this process by every means there is, and handlers that run at a fork before a library's own.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTestSupport.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void (*before_fork)(void);
static void (*in_parent)(void);
static void (*in_child)(void);

void test_set_fork_handlers(void (*before)(void), void (*parent)(void), void (*child)(void)) {
    before_fork = before;
    in_parent = parent;
    in_child = child;
}

static void run_before_fork(void) {
    if (before_fork) before_fork();
}

static void run_in_parent(void) {
    if (in_parent) in_parent();
}

static void run_in_child(void) {
    if (in_child) in_child();
}

// Handlers of parent and child run in the order of their registration: these run before those of any library whose own
// constructor has no priority.
__attribute__((constructor(101))) static void register_fork_handlers(void) {
    pthread_atfork(run_before_fork, run_in_parent, run_in_child);
}

int test_child(enum test_child_kind kind) {
    pid_t child = -1;
    switch (kind) {
    case TEST_CHILD_OF_FORK: child = fork(); break;
    case TEST_CHILD_OF_BARE_FORK: child = _Fork(); break;
    case TEST_CHILD_OF_CLONE: child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); break;
    }
    if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

static int run(void *body) {
    ((void (*)(void))body)();
    return 0;
}

int test_run_in_child_with_same_memory(bool is_vfork, void (*body)(void)) {
    enum { STACK_SIZE = 1 << 20 };
    char *stack = malloc(STACK_SIZE);
    if (!stack) return -1;
    pid_t child = clone(run, stack + STACK_SIZE, CLONE_VM | (is_vfork ? CLONE_VFORK : 0) | SIGCHLD, (void *)body);
    int status = -1;
    if (child > 0) waitpid(child, &status, 0);
    free(stack);
    return status;
}
