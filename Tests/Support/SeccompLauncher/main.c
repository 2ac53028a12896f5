// Runs a command for which chosen system calls fail: seccomp(2) filters, which exec and fork inherit.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "seccomp-launcher supports x86-64 and aarch64."
#endif

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

enum { USAGE = 64, OS_ERROR = 71, CANNOT_RUN = 127, LONGEST_FILTER = 256 };

static struct sock_filter filter[LONGEST_FILTER];
static unsigned short length;

static _Noreturn void fail(int status, const char *what, const char *which) {
    fprintf(stderr, "seccomp-launcher: %s%s\n", what, which);
    exit(status);
}

static void emit(uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false) {
    if (length == LONGEST_FILTER) fail(USAGE, "too many --fail options", "");
    filter[length++] = (struct sock_filter)BPF_JUMP(code, operand, if_true, if_false);
}

static void load(size_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }

static void finish(uint32_t action) { emit(BPF_RET | BPF_K, action, 0, 0); }

/// What the kernel sees of an argument's low half. Both architectures are little-endian.
static size_t argument(int index) { return offsetof(struct seccomp_data, args) + (size_t)index * sizeof(uint64_t); }

static void fail_call(long number, int error) {
    load(offsetof(struct seccomp_data, nr));
    emit(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
    finish(SECCOMP_RET_ERRNO | (uint32_t)error);
}

static void fail_futex(uint32_t operation, uint32_t bitset_operation, int error) {
    load(offsetof(struct seccomp_data, nr));
    emit(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 0, 5);
    load(argument(1));
    emit(BPF_ALU | BPF_AND | BPF_K, (uint32_t)FUTEX_CMD_MASK, 0, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, operation, 1, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, bitset_operation, 0, 1);
    finish(SECCOMP_RET_ERRNO | (uint32_t)error);
}

/// Mappings made for stacks of threads, as glibc marks them. musl does not mark them.
static void fail_stack_mapping(int error) {
    load(offsetof(struct seccomp_data, nr));
    emit(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3);
    load(argument(3));
    emit(BPF_JMP | BPF_JSET | BPF_K, MAP_STACK, 0, 1);
    finish(SECCOMP_RET_ERRNO | (uint32_t)error);
}

static int error_named(const char *name, const char *option) {
    static const struct { const char *name; int value; } errors[] = {
        {"EAGAIN", EAGAIN}, {"EINTR", EINTR}, {"ENOMEM", ENOMEM}, {"ENOSYS", ENOSYS}, {"EPERM", EPERM},
    };
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (!strcmp(name, errors[i].name)) return errors[i].value;
    fail(USAGE, "the error must be EAGAIN, EINTR, ENOMEM, ENOSYS or EPERM: ", option);
}

static void add(const char *option) {
    const char *separator = strchr(option, '=');
    if (!separator) fail(USAGE, "--fail takes CALL=ERROR, not ", option);
    int error = error_named(separator + 1, option);
    size_t size = (size_t)(separator - option);
    if (!strncmp(option, "futex-wait=", size + 1)) {
        fail_futex(FUTEX_WAIT, FUTEX_WAIT_BITSET, error);
    } else if (!strncmp(option, "futex-wake=", size + 1)) {
        fail_futex(FUTEX_WAKE, FUTEX_WAKE_BITSET, error);
    } else if (!strncmp(option, "clone=", size + 1)) {
        fail_call(SYS_clone, error);
        fail_call(SYS_clone3, error);
    } else if (!strncmp(option, "mmap-stack=", size + 1)) {
        fail_stack_mapping(error);
    } else if (!strncmp(option, "membarrier=", size + 1)) {
        fail_call(SYS_membarrier, error);
    } else {
        fail(USAGE, "the call must be futex-wait, futex-wake, clone, mmap-stack or membarrier: ", option);
    }
}

int main(int count, char **arguments) {
    load(offsetof(struct seccomp_data, arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    finish(SECCOMP_RET_KILL_PROCESS);

    int next = 1;
    for (; next < count && strcmp(arguments[next], "--"); next += 2) {
        if (strcmp(arguments[next], "--fail") || next + 1 >= count)
            fail(USAGE, "usage: seccomp-launcher [--fail CALL=ERROR]... -- COMMAND [ARGUMENT]...", "");
        add(arguments[next + 1]);
    }
    if (next + 1 >= count)
        fail(USAGE, "usage: seccomp-launcher [--fail CALL=ERROR]... -- COMMAND [ARGUMENT]...", "");
    finish(SECCOMP_RET_ALLOW);

    const struct sock_fprog program = {.len = length, .filter = filter};
    // Without privileges, a filter is accepted only from a process that can gain none.
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail(OS_ERROR, "PR_SET_NO_NEW_PRIVS: ", strerror(errno));
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) fail(OS_ERROR, "PR_SET_SECCOMP: ", strerror(errno));
    char **command = arguments + next + 1;
    execvp(command[0], command);
    int error = errno;
    fprintf(stderr, "seccomp-launcher: cannot run %s: %s\n", command[0], strerror(error));
    return CANNOT_RUN;
}
