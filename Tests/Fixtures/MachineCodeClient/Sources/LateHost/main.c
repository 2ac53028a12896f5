// Loads a library with locks while threads run, and has all of them contend there.
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 5000 };

static void (*_Atomic increment)(void);

static void *run(void *unused) {
    void (*found)(void);
    while (!(found = atomic_load(&increment))) {}
    for (int i = 0; i < ROUNDS; i++) found();
    return unused;
}

int main(int count, char **arguments) {
    if (count != 2) return 64;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, run, NULL)) return 71;
    void *library = dlopen(arguments[1], RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 127;
    }
    long (*total)(void) = (long (*)(void))dlsym(library, "total");
    long (*barriers)(void) = (long (*)(void))dlsym(library, "barriers");
    atomic_store(&increment, (void (*)(void))dlsym(library, "increment"));
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    printf("total %ld of %d, contended: %s\n", total(), THREADS * ROUNDS, barriers() > 0 ? "yes" : "no");
    return 0;
}
