// The filter that hands over the calls which rules are about, and no others.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Rules.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "Faults are injected on x86-64 and aarch64 only."
#endif

#ifndef SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define SECCOMP_FILTER_FLAG_TSYNC_ESRCH (1UL << 4)
#endif

/// A call number takes at most six instructions, and a rule has two.
enum { LONGEST_FILTER = 8 + MOST_RULES * 12 };

struct filter {
    struct sock_filter instructions[LONGEST_FILTER];
    unsigned short length;
};

static void emit(struct filter *filter, uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false) {
    filter->instructions[filter->length++] = (struct sock_filter)BPF_JUMP(code, operand, if_true, if_false);
}

static void load(struct filter *filter, size_t offset) {
    emit(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void finish(struct filter *filter, uint32_t action) { emit(filter, BPF_RET | BPF_K, action, 0, 0); }

static void hand_over(struct filter *filter, long number, const struct call *call) {
    load(filter, offsetof(struct seccomp_data, nr));
    if (call->has_argument) {
        emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 4);
        // Its low half: both architectures are little-endian.
        load(filter, offsetof(struct seccomp_data, args) + (size_t)call->argument * sizeof(uint64_t));
        emit(filter, BPF_ALU | BPF_AND | BPF_K, call->mask, 0, 0);
        emit(filter, BPF_JMP | BPF_JEQ | BPF_K, call->value, 0, 1);
    } else {
        emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
    }
    finish(filter, SECCOMP_RET_USER_NOTIF);
}

int faults_install(const struct faults *faults, bool all_threads) {
    struct filter filter = {.length = 0};
    load(&filter, offsetof(struct seccomp_data, arch));
    emit(&filter, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    finish(&filter, SECCOMP_RET_KILL_PROCESS);
    for (size_t i = 0; i < faults->count; i++) {
        const struct call *call = faults->rules[i].call;
        hand_over(&filter, call->numbers[0], call);
        if (call->numbers[1] != call->numbers[0]) hand_over(&filter, call->numbers[1], call);
    }
    finish(&filter, SECCOMP_RET_ALLOW);

    const struct sock_fprog program = {.len = filter.length, .filter = filter.instructions};
    unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // A descriptor is returned, so a thread that cannot be put under the filter is to be told by an errno.
    if (all_threads) flags |= SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
    // Without privileges, a filter is accepted only from a process that can gain none.
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}
