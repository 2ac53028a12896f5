#define _GNU_SOURCE
#include "CStressSupport.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

bool stress_can_fork(void) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return false;
#endif
#endif
    return true;
}

struct stress_child_account *stress_make_child_account(void) {
    void *memory = mmap(NULL, sizeof(struct stress_child_account), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

pid_t stress_fork(unsigned seconds) {
    // Who ignores it learns nothing of how children end.
    signal(SIGCHLD, SIG_DFL);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) return -errno;
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        // The parent may have ended before that was said.
        if (getppid() != parent) _exit(0);
        alarm(seconds);
    }
    return child;
}

int stress_end_of_child(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return -SIGKILL;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
