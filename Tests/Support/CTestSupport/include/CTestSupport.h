// What tests need of Linux and Swift cannot import: fork, signal handlers, signals to one thread, limits.
#ifndef CTESTSUPPORT_H
#define CTESTSUPPORT_H

#include <stdbool.h>
#include <stdint.h>

/// Whether this was built with ThreadSanitizer, with AddressSanitizer.
bool test_has_thread_sanitizer(void);
bool test_has_address_sanitizer(void);

/// fork(2). The child is killed when the thread that forked it ends, lest it be left behind.
int test_fork(void);

/// Whether all that was printed has reached standard output.
bool test_is_printed(void);
/// Ways in which a process gets a child with a copy of its memory: fork(3), which runs handlers, and two that run none,
/// _Fork(3) and clone(2).
enum test_child_kind { TEST_CHILD_OF_FORK, TEST_CHILD_OF_BARE_FORK, TEST_CHILD_OF_CLONE };

/// Returns 0 in the child, which is killed when the thread that made it ends; in the parent its process id or -1.
int test_child(enum test_child_kind kind);

/// Runs `body` in a child that has this process's memory, as of vfork(2), whose parent waits, or of clone(2) with CLONE_VM.
/// Returns its status as of wait(2), or -1.
int test_run_in_child_with_same_memory(bool is_vfork, void (*body)(void));

/// What fork(3) calls from now on, each NULL for nothing: in parent and child before handlers that libraries register as
/// they are loaded.
void test_set_fork_handlers(void (*before)(void), void (*parent)(void), void (*child)(void));

/// gettid(2).
int test_gettid(void);

/// The number of futex(2).
long test_futex_number(void);

/// Sends `signal` to one thread of this process: tgkill(2). Returns 0 or -1.
int test_signal_thread(int thread, int signal);

/// Installs a handler that counts, and does nothing else. `restart` chooses SA_RESTART. Returns 0 or -1.
int test_count_signal(int signal, bool restart);

/// How often handlers installed by `test_count_signal` ran in the calling thread.
uint64_t test_counted_signals(void);

/// How often they ran in all threads.
uint64_t test_all_counted_signals(void);

/// Installs a handler, with SA_RESTART, that does not return until `test_resume_suspended` is called. Returns 0 or -1.
int test_suspend_at_signal(int signal);

/// How many threads are in that handler.
int test_suspended_threads(void);

/// Lets all of them return that are in it.
void test_resume_suspended(void);

/// Asks membarrier(2) what it offers. Returns that or -errno.
int test_query_membarrier(void);

/// How many CPUs the calling thread may run on: sched_getaffinity(2). Returns that or -1.
int test_usable_cpus(void);

/// Restricts a thread of this process, or the calling one if `thread` is 0, to one CPU of those that it may run on:
/// sched_setaffinity(2). Returns 0 or -1.
int test_run_on_one_cpu(int thread);

/// Restricts a thread as `test_run_on_one_cpu` does, to the `index`th of the CPUs that it may run on. Returns 0 or -1.
int test_run_on_cpu(int thread, int index);

/// How a thread is scheduled: SCHED_IDLE, nice 19, SCHED_OTHER, and two priorities of SCHED_FIFO. See sched(7).
enum test_urgency { TEST_IDLE, TEST_NICE, TEST_ORDINARY, TEST_URGENT, TEST_MORE_URGENT };

/// Of the calling thread. Returns 0, or -1 where the system refuses it.
int test_set_urgency(enum test_urgency urgency);

/// How often threads of this process had to give up a CPU that they could have used: getrusage(2).
long test_preemptions(void);

/// Makes the calling thread, and those that it starts, a user of their own with at most `most` threads: RLIMIT_NPROC of
/// setrlimit(2). Without privileges, the process must have no second thread. Returns 0 or -1 with errno.
int test_limit_threads(unsigned long most);

/// From now on FUTEX_WAKE_BITSET wakes nobody when the calling thread, or one that it starts, asks for it; futex(2) then
/// says so. Returns 0 or -1.
int test_lose_wakes(void);

/// A file in memory, at offset 0, closed by exec: memfd_create(2). Returns a descriptor or -1.
int test_memory_file(void);

/// Starts `path` with its standard output and standard error going to two descriptors and its standard input at its
/// end: posix_spawn(3). Returns its process id or -errno.
int test_spawn(const char *path, char *const arguments[], char *const environment[], int output, int error);

/// Writes to `size` bytes of the calling thread's stack.
void test_use_stack(unsigned long size);

/// Calls `function` on a stack that is not the calling thread's, as coroutines have, with a frame pointer that points to
/// memory that cannot be read. Returns 0, or -1 where no such stack can be had.
int test_call_on_foreign_stack(void (*function)(void *), void *argument);

#endif
