// Uses locks and threads that were linked from an archive.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int embedded_start(void);
void embedded_let_go(void);
int embedded_threads(void);
int embedded_contend(void);

int main(void) {
    int barriers = embedded_contend();
    if (embedded_start()) return 71;
    pid_t child = fork();
    if (child == 0) _exit(embedded_threads());
    int status = -1;
    if (waitpid(child, &status, 0) != child) return 73;
    printf("barriers: %s, threads: %d, in the child: %d\n", barriers > 0 ? "yes" : "no", embedded_threads(),
           WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    embedded_let_go();
    return 0;
}
