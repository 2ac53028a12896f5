// Ctrl-C that ends a run early and still gets its report: a signal handler that runs no Swift code.
#ifndef CINTERRUPTS_H
#define CINTERRUPTS_H

#include <stdbool.h>

/// From here `signal` is only noted, the first time. What follows within half a second counts as the same wish: a
/// terminal and timeout(1) signal a process and its whole group, and so may send it twice. After that it ends the
/// process as usual. A signal that is ignored stays so: nohup(1) and shells start what is to go on like that.
void interrupts_note(int signal);

/// Whether one of the noted signals has come.
bool interrupts_came(void);

#endif
