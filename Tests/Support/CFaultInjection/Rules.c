#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Rules.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

static const struct call calls[] = {
    {.name = "clone", .numbers = {SYS_clone, SYS_clone3}},
    {.name = "futex-wait", .numbers = {SYS_futex, SYS_futex}, .has_argument = true, .argument = 1,
     .mask = UINT32_MAX, .value = FUTEX_WAIT_BITSET_PRIVATE},
    {.name = "futex-wake", .numbers = {SYS_futex, SYS_futex}, .has_argument = true, .argument = 1,
     .mask = UINT32_MAX, .value = FUTEX_WAKE_BITSET_PRIVATE},
    {.name = "membarrier", .numbers = {SYS_membarrier, SYS_membarrier}},
    {.name = "mmap-stack", .numbers = {SYS_mmap, SYS_mmap}, .has_argument = true, .argument = 3,
     .mask = MAP_STACK, .value = MAP_STACK},
    {.name = "wipe-on-fork", .numbers = {SYS_madvise, SYS_madvise}, .has_argument = true, .argument = 2,
     .mask = UINT32_MAX, .value = MADV_WIPEONFORK},
};

static const struct { const char *name; int value; } errors[] = {
    {"EACCES", EACCES}, {"EAGAIN", EAGAIN}, {"EBUSY", EBUSY}, {"EDEADLK", EDEADLK}, {"EFAULT", EFAULT},
    {"EINTR", EINTR}, {"EINVAL", EINVAL}, {"ENOMEM", ENOMEM}, {"ENOSYS", ENOSYS}, {"EPERM", EPERM},
    {"ESRCH", ESRCH}, {"ETIMEDOUT", ETIMEDOUT},
};

/// The largest errno that a system call can return.
enum { LARGEST_ERROR = 4095 };

struct faults *faults_new(void) {
    struct faults *faults = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (faults == MAP_FAILED) return NULL;
    faults->are_on = true;
    return faults;
}

static const struct call *call_named(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (strlen(calls[i].name) == length && !memcmp(calls[i].name, name, length)) return &calls[i];
    return NULL;
}

/// The number that the whole text is, or 0 if it is none from 1 to `most`.
static unsigned long number(const char *text, unsigned long most) {
    if (*text < '1' || *text > '9') return 0;
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    return errno || *end || value > most ? 0 : value;
}

static int error_named(const char *name) {
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (!strcmp(name, errors[i].name)) return errors[i].value;
    return (int)number(name, LARGEST_ERROR);
}

const char *faults_add(struct faults *faults, const char *text) {
    if (faults->count == MOST_RULES) return "there are too many rules";
    struct rule rule = {.every = 1};
    if (strlen(text) >= sizeof rule.text) return "the rule is too long";
    strcpy(rule.text, text);

    char parts[sizeof rule.text];
    strcpy(parts, text);
    char *error = strchr(parts, '=');
    if (!error) return "a rule is CALL=ERROR or CALL=ERROR/K";
    rule.call = call_named(parts, (size_t)(error++ - parts));
    if (!rule.call) return "the call is none of clone, futex-wait, futex-wake, membarrier, mmap-stack, wipe-on-fork";
    char *every = strchr(error, '/');
    if (every) {
        *every++ = 0;
        rule.every = number(every, UINT32_MAX);
        if (!rule.every) return "K is not a positive number";
    }
    rule.error = error_named(error);
    if (!rule.error) return "the error is neither a known name nor a number";
    faults->rules[faults->count++] = rule;
    return NULL;
}

static bool is_about(const struct call *call, const struct seccomp_data *data) {
    if (data->nr != call->numbers[0] && data->nr != call->numbers[1]) return false;
    return !call->has_argument || ((uint32_t)data->args[call->argument] & call->mask) == call->value;
}

struct rule *matching_rule(struct faults *faults, const struct seccomp_data *data) {
    for (size_t i = 0; i < faults->count; i++)
        if (is_about(faults->rules[i].call, data)) return &faults->rules[i];
    return NULL;
}

size_t faults_count(const struct faults *faults) { return faults->count; }

const char *faults_rule(const struct faults *faults, size_t rule) { return faults->rules[rule].text; }

uint64_t faults_calls(const struct faults *faults, size_t rule) { return faults->rules[rule].calls; }

uint64_t faults_injected(const struct faults *faults, size_t rule) { return faults->rules[rule].injected; }

void faults_turn(struct faults *faults, bool on) { faults->are_on = on; }
