#ifndef RULES_H
#define RULES_H

#include <linux/seccomp.h>
#include <stdatomic.h>

#include "CFaultInjection.h"

enum { MOST_RULES = 8, LONGEST_RULE = 64 };

/// Which system calls a rule is about.
struct call {
    const char *name;
    long numbers[2];
    /// Whether an argument decides: under the mask it has the value.
    bool has_argument;
    int argument;
    uint32_t mask, value;
};

struct rule {
    char text[LONGEST_RULE];
    const struct call *call;
    int error;
    uint64_t every;
    _Atomic uint64_t calls, injected;
};

struct faults {
    _Atomic bool are_on;
    size_t count;
    struct rule rules[MOST_RULES];
};

/// The rule that a call falls under, or NULL.
struct rule *matching_rule(struct faults *faults, const struct seccomp_data *data);

#endif
