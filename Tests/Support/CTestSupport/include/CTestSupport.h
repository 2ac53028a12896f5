// What tests need of Linux and Swift cannot import: fork, signal handlers, signals to one thread.
#ifndef CTESTSUPPORT_H
#define CTESTSUPPORT_H

#include <stdbool.h>
#include <stdint.h>

/// Whether this was built with ThreadSanitizer, with AddressSanitizer.
bool test_has_thread_sanitizer(void);
bool test_has_address_sanitizer(void);

/// fork(2).
int test_fork(void);

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

/// A file in memory, at offset 0, closed by exec: memfd_create(2). Returns a descriptor or -1.
int test_memory_file(void);

/// Starts `path` with its standard output and standard error going to two descriptors and its standard input at its
/// end: posix_spawn(3). Returns its process id or -errno.
int test_spawn(const char *path, char *const arguments[], char *const environment[], int output, int error);

#endif
