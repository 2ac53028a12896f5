// What makes the threads of a program narrow: storage that its C library takes from the stack of each.
#ifndef CSTATICSTORAGE_H
#define CSTATICSTORAGE_H

/// Uses the calling thread's 24 KiB of thread-local storage. Returns how often the thread has.
int test_use_static_storage(void);

#endif
