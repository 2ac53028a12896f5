// System calls that fail on purpose, all of a kind or each k-th: seccomp_unotify(2). A filter hands the calls to a
// supervising process, which answers with an errno or lets them go on, and counts.
#ifndef CFAULTINJECTION_H
#define CFAULTINJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A set of rules. It lies in memory that forked processes share.
struct faults;

/// An empty set, turned on; NULL if there is no memory. It lives as long as its processes.
struct faults *faults_new(void);

/// Adds the rule `CALL=ERROR`, or `CALL=ERROR/K` for each K-th call. Returns NULL, or what is wrong with it.
///
/// The calls of all threads and processes are counted together. CALL is clone (and clone3), futex-wait, futex-wake (private
/// ones with a bitset, until a time of the monotonic clock: what locks use here, and not what the C library does),
/// membarrier, mmap-stack (mappings made for stacks of threads, which glibc marks and musl does not), or wipe-on-fork (that
/// advice to madvise); ERROR is a name such as EAGAIN, or a number.
const char *faults_add(struct faults *faults, const char *rule);

/// How many rules there are.
size_t faults_count(const struct faults *faults);

/// The rule as it was added.
const char *faults_rule(const struct faults *faults, size_t rule);

/// How many calls were answered for a rule so far, and how many of them with its error.
uint64_t faults_calls(const struct faults *faults, size_t rule);
uint64_t faults_injected(const struct faults *faults, size_t rule);

/// While they are off, all calls go on, and none is counted.
void faults_turn(struct faults *faults, bool on);

/// Puts the calling thread, or all threads of the process, under the rules, for good, as well as what they fork and
/// execute. Returns a descriptor for `faults_supervise`, or -1 with errno.
int faults_install(const struct faults *faults, bool all_threads);

/// Answers calls until nobody is left to make them or the descriptor `end`, if not negative, is readable. Returns 0, or
/// -1 with errno.
int faults_supervise(struct faults *faults, int listener, int end);

/// Forks the process that is to supervise this one; call it while there is one thread. Returns 0, or -1 with errno.
int faults_prepare(struct faults *faults);

/// Puts all threads of this process under the rules, once, after `faults_prepare`. Returns 0, or -1 with errno.
int faults_begin(const struct faults *faults);

/// Passes a descriptor through one end of a socket pair. Returns 0, or -1 with errno.
int faults_send(int socket, int descriptor);

/// What was passed from the other end: a descriptor, or -1 with errno.
int faults_receive(int socket);

#endif
