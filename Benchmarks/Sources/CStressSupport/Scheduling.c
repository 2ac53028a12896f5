#define _GNU_SOURCE
#include "CStressSupport.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

pid_t stress_thread_number(void) {
    return (pid_t)syscall(SYS_gettid);
}

int64_t stress_run_delay(pid_t thread) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/schedstat", (int)thread);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    char text[96];
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return -1;
    text[length] = 0;
    unsigned long long ran, delayed, times;
    if (sscanf(text, "%llu %llu %llu", &ran, &delayed, &times) != 3) return -1;
    // A kernel that does not count has no runs of a thread that has run.
    return times == 0 ? -1 : (int64_t)delayed;
}
