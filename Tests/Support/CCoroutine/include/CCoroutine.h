// Stacks that take turns on one thread. No policy: who runs next is the caller's affair.
#ifndef CCOROUTINE_H
#define CCOROUTINE_H

#include <stddef.h>

typedef struct ccoroutine ccoroutine;

/// The calling thread's own stack, as one of those that take turns. Freed by ccoroutine_destroy.
ccoroutine *ccoroutine_of_thread(void);

/// A stack of at least `size` bytes with a guard page below it, or NULL. Freed by ccoroutine_destroy.
ccoroutine *ccoroutine_create(size_t size);

/// Forgets what the stack holds; when it is switched to next, it calls `body(argument)`, which must not return.
void ccoroutine_reset(ccoroutine *coroutine, void (*body)(void *), void *argument);

/// Leaves `from`, which is running, and goes on with `to`.
void ccoroutine_switch(ccoroutine *from, ccoroutine *to);

/// What a coroutine that was left has on its stack, the registers that a call preserves included: all that its further
/// course depends on but memory that it shares.
const void *ccoroutine_stack(const ccoroutine *coroutine, size_t *size);

void ccoroutine_destroy(ccoroutine *coroutine);

/// A pointer that each thread has for itself, initially NULL.
void *ccoroutine_context(void);
void ccoroutine_set_context(void *context);

#endif
