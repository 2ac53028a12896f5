// Loads a library with locks and threads, uses it, closes it, and goes on as a program does: threads end, a signal comes, and
// it forks.
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *library;
static sem_t used, closed;

static int call(const char *name) {
    int (*function)(void) = (int (*)(void))dlsym(library, name);
    return function ? function() : 127;
}

static void *use(void *unused) {
    call("embedded_use");
    sem_post(&used);
    sem_wait(&closed);
    return unused;
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    sem_init(&used, 0, 0);
    sem_init(&closed, 0, 0);
    library = dlopen(arguments[1], RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 127;
    }
    pthread_t thread;
    if (!strcmp(arguments[2], "thread-ends")) {
        if (pthread_create(&thread, NULL, use, NULL)) return 71;
        sem_wait(&used);
    } else if (!strcmp(arguments[2], "thread-runs")) {
        if (call("embedded_start")) return 71;
        call("embedded_let_go");
    } else if (!strcmp(arguments[2], "signal")) {
        if (call("embedded_install")) return 71;
    } else {
        call("embedded_use");
    }
    if (dlclose(library)) return 72;
    if (!strcmp(arguments[2], "thread-ends")) {
        sem_post(&closed);
        pthread_join(thread, NULL);
    } else if (!strcmp(arguments[2], "thread-runs")) {
        usleep(300000);
    } else if (!strcmp(arguments[2], "signal")) {
        raise(SIGINT);
    } else {
        pid_t child = fork();
        if (child == 0) _exit(0);
        int status = -1;
        if (waitpid(child, &status, 0) != child || status) return 73;
    }
    puts("ended well");
    return 0;
}
