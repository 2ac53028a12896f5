// What uses stacks in ways that Swift cannot say.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <string.h>
#include <sys/mman.h>

#include "CTestSupport.h"

void test_use_stack(unsigned long size) {
    char bytes[size];
    memset(bytes, 1, size);
    // Else the compiler finds that nobody reads them.
    __asm__ volatile("" : : "r"(bytes) : "memory");
}

__attribute__((noinline)) static void call_on_stack(
    void *end, void *junk, void (*function)(void *), void *argument) {
#if defined(__x86_64__)
    __asm__ volatile(
        "pushq %%rbp\n\t"
        "movq %%rsp, %%rbx\n\t"
        "movq %[end], %%rsp\n\t"
        "movq %[junk], %%rbp\n\t"
        "callq *%[function]\n\t"
        "movq %%rbx, %%rsp\n\t"
        "popq %%rbp"
        : "+D"(argument), [end] "+S"(end), [junk] "+d"(junk), [function] "+c"(function)
        :
        : "rax", "rbx", "r8", "r9", "r10", "r11", "memory", "cc");
#elif defined(__aarch64__)
    register void *x0 __asm__("x0") = argument;
    __asm__ volatile(
        "stp x29, x30, [sp, #-16]!\n\t"
        "mov x19, sp\n\t"
        "mov sp, %[end]\n\t"
        "mov x29, %[junk]\n\t"
        "blr %[function]\n\t"
        "mov sp, x19\n\t"
        "ldp x29, x30, [sp], #16"
        : "+r"(x0)
        : [end] "r"(end), [junk] "r"(junk), [function] "r"(function)
        : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16",
          "x17", "x19", "x30", "memory", "cc");
#else
#error "How a stack is switched is not known here."
#endif
}

int test_call_on_foreign_stack(void (*function)(void *), void *argument) {
    enum { SIZE = 512 << 10 };
    char *memory = mmap(NULL, 3 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -1;
    if (mprotect(memory + SIZE, SIZE, PROT_READ | PROT_WRITE)) return -1;
    // What the register holds is no frame and cannot be read, as is likely where code keeps none.
    call_on_stack(memory + 2 * SIZE, memory + 2 * SIZE + SIZE / 2, function, argument);
    return munmap(memory, 3 * SIZE);
}
