#include "CPerturbation.h"

static _Thread_local void *thread;

void *cperturbation_thread(void) { return thread; }

void cperturbation_set_thread(void *new_thread) { thread = new_thread; }
