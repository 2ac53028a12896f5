#define _GNU_SOURCE
#include "CStressSupport.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

void stress_opaque_call(void) {
    __asm__ volatile("" ::: "memory");
}

uint64_t stress_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void stress_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t deadline) {
    struct timespec time = {(time_t)(deadline / 1000000000u), (long)(deadline % 1000000000u)};
    pthread_cond_timedwait(condition, mutex, &time);
}

void stress_sleep(uint32_t nanoseconds) {
    struct timespec time = {nanoseconds / 1000000000u, nanoseconds % 1000000000u};
    nanosleep(&time, NULL);
}

// MARK: Signals

static uint64_t handled;
static __thread volatile uint64_t last_handled;

static void count_noise(int signal) {
    (void)signal;
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
    last_handled = stress_now();
}

static void install(int signal, void (*handler)(int), int flags) {
    struct sigaction action = {0};
    action.sa_handler = handler;
    action.sa_flags = flags | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void stress_install_noise_handlers(void) {
    install(SIGUSR1, count_noise, 0);
    install(SIGUSR2, count_noise, SA_RESTART);
}

uint64_t stress_noise_signals_handled(void) {
    return __atomic_load_n(&handled, __ATOMIC_RELAXED);
}

uint64_t stress_last_noise_signal(void) {
    return last_handled;
}
