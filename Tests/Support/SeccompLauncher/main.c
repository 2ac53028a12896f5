// Runs a command for which chosen system calls fail, from its first to its last, and tells how many failed.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CFaultInjection.h"

enum { USAGE = 64, OS_ERROR = 71, CANNOT_RUN = 127 };

static _Noreturn void fail(int status, const char *what, const char *which) {
    fprintf(stderr, "seccomp-launcher: %s%s\n", what, which);
    exit(status);
}

static _Noreturn void fail_call(const char *call) { fail(OS_ERROR, call, strerror(errno)); }

static _Noreturn void explain_usage(void) {
    fail(USAGE, "usage: seccomp-launcher [--fail CALL=ERROR[/K]]... -- COMMAND [ARGUMENT]...", "");
}

/// Never returns. The parent gets the listener through `socket`.
static void run_command(char **command, const struct faults *faults, int socket) {
    // Should the parent be killed, nobody would answer the command's calls.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL)) fail_call("PR_SET_PDEATHSIG: ");
    int listener = faults_install(faults, false);
    if (listener < 0) fail_call("seccomp: ");
    if (faults_send(socket, listener)) fail_call("sendmsg: ");
    // The listener is closed by exec.
    execvp(command[0], command);
    fprintf(stderr, "seccomp-launcher: cannot run %s: %s\n", command[0], strerror(errno));
    _exit(CANNOT_RUN);
}

/// Ends as the command did.
static _Noreturn void end_as(int status) {
    if (WIFSIGNALED(status)) {
        // The command has left a core already, if one was wanted.
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    exit(WEXITSTATUS(status));
}

int main(int count, char **arguments) {
    struct faults *faults = faults_new();
    if (!faults) fail_call("mmap: ");
    int next = 1;
    for (; next < count && strcmp(arguments[next], "--"); next += 2) {
        if (strcmp(arguments[next], "--fail") || next + 1 >= count) explain_usage();
        const char *problem = faults_add(faults, arguments[next + 1]);
        if (problem) {
            fprintf(stderr, "seccomp-launcher: %s: %s\n", arguments[next + 1], problem);
            return USAGE;
        }
    }
    if (next + 1 >= count) explain_usage();

    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) fail_call("socketpair: ");
    pid_t child = fork();
    if (child < 0) fail_call("fork: ");
    if (child == 0) run_command(arguments + next + 1, faults, ends[1]);
    close(ends[1]);

    int end = (int)syscall(SYS_pidfd_open, child, 0);
    if (end < 0) fail_call("pidfd_open: ");
    int listener = faults_receive(ends[0]);
    if (listener >= 0 && faults_supervise(faults, listener, end)) fail_call("supervising: ");
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) fail_call("waitpid: ");
    for (size_t i = 0; i < faults_count(faults); i++)
        printf("fault %s calls=%" PRIu64 " injected=%" PRIu64 "\n", faults_rule(faults, i), faults_calls(faults, i),
               faults_injected(faults, i));
    fflush(stdout);
    end_as(status);
}
