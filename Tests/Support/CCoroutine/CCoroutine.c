#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CCoroutine.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Sanitizers must be told of a change of stacks; the symbols are there in their builds alone.
__attribute__((weak)) void *__tsan_create_fiber(unsigned flags);
__attribute__((weak)) void *__tsan_get_current_fiber(void);
__attribute__((weak)) void __tsan_destroy_fiber(void *fiber);
__attribute__((weak)) void __tsan_switch_to_fiber(void *fiber, unsigned flags);
__attribute__((weak)) void __sanitizer_start_switch_fiber(void **fake_stack, const void *bottom, size_t size);
__attribute__((weak)) void __sanitizer_finish_switch_fiber(void *fake_stack, const void **bottom, size_t *size);
__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void *start, size_t size);

// Otherwise AddressSanitizer keeps variables in places of its own, which ccoroutine_stack does not show and which
// nobody frees for a stack that is never returned to.
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_stack_use_after_return=0"; }

struct ccoroutine {
    // Where it was left, and the lowest place where it ever was.
    char *stack_pointer;
    char *deepest;
    char *mapping;
    size_t mapping_size;
    const void *bottom;
    size_t size;
    void (*body)(void *);
    void *argument;
    void *tsan_fiber;
    void *asan_fake_stack;
};

// Saves what a C call preserves, exchanges the stacks and goes on where the other one was left.
extern void ccoroutine_exchange(char **from, char *to);

#if defined(__x86_64__)
__asm__(".text\n"
        ".type ccoroutine_exchange, @function\n"
        "ccoroutine_exchange:\n"
        "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
        "  movq %rsp, (%rdi)\n"
        "  movq %rsi, %rsp\n"
        "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
        "  ret\n"
        ".size ccoroutine_exchange, . - ccoroutine_exchange\n");
enum { SAVED_WORDS = 8, RETURN_ADDRESS = 6 };
#elif defined(__aarch64__)
__asm__(".text\n"
        ".type ccoroutine_exchange, %function\n"
        "ccoroutine_exchange:\n"
        "  sub sp, sp, #160\n"
        "  stp x19, x20, [sp, #0]\n  stp x21, x22, [sp, #16]\n  stp x23, x24, [sp, #32]\n"
        "  stp x25, x26, [sp, #48]\n  stp x27, x28, [sp, #64]\n  stp x29, x30, [sp, #80]\n"
        "  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n  stp d12, d13, [sp, #128]\n"
        "  stp d14, d15, [sp, #144]\n"
        "  mov x9, sp\n  str x9, [x0]\n  mov sp, x1\n"
        "  ldp x19, x20, [sp, #0]\n  ldp x21, x22, [sp, #16]\n  ldp x23, x24, [sp, #32]\n"
        "  ldp x25, x26, [sp, #48]\n  ldp x27, x28, [sp, #64]\n  ldp x29, x30, [sp, #80]\n"
        "  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n  ldp d12, d13, [sp, #128]\n"
        "  ldp d14, d15, [sp, #144]\n"
        "  add sp, sp, #160\n"
        "  ret\n"
        ".size ccoroutine_exchange, . - ccoroutine_exchange\n");
enum { SAVED_WORDS = 20, RETURN_ADDRESS = 11 };
#else
#error "CCoroutine supports x86-64 and aarch64."
#endif

static _Thread_local ccoroutine *running;
static _Thread_local void *context;

static void arrive(void) {
    if (__sanitizer_finish_switch_fiber) __sanitizer_finish_switch_fiber(running->asan_fake_stack, NULL, NULL);
}

static _Noreturn void begin(void) {
    arrive();
    running->body(running->argument);
    abort();
}

ccoroutine *ccoroutine_of_thread(void) {
    ccoroutine *coroutine = calloc(1, sizeof *coroutine);
    pthread_attr_t attributes;
    void *bottom;
    if (!coroutine || pthread_getattr_np(pthread_self(), &attributes) ||
        pthread_attr_getstack(&attributes, &bottom, &coroutine->size))
        abort();
    pthread_attr_destroy(&attributes);
    coroutine->bottom = bottom;
    if (__tsan_get_current_fiber) coroutine->tsan_fiber = __tsan_get_current_fiber();
    return coroutine;
}

ccoroutine *ccoroutine_create(size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    ccoroutine *coroutine = calloc(1, sizeof *coroutine);
    if (!coroutine) return NULL;
    coroutine->mapping_size = page + (size + page - 1) / page * page;
    coroutine->mapping = mmap(NULL, coroutine->mapping_size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (coroutine->mapping == MAP_FAILED || mprotect(coroutine->mapping, page, PROT_NONE)) {
        if (coroutine->mapping != MAP_FAILED) munmap(coroutine->mapping, coroutine->mapping_size);
        free(coroutine);
        return NULL;
    }
    coroutine->bottom = coroutine->mapping + page;
    coroutine->size = coroutine->mapping_size - page;
    coroutine->stack_pointer = coroutine->deepest = coroutine->mapping + coroutine->mapping_size;
    return coroutine;
}

static void note_depth(ccoroutine *coroutine) {
    if (coroutine->stack_pointer < coroutine->deepest) coroutine->deepest = coroutine->stack_pointer;
}

// Nobody returns from the calls that are under way on a stack that is reset: no sanitizer would ever forget them.
static void forget_calls(ccoroutine *coroutine) {
    if (coroutine->tsan_fiber) __tsan_destroy_fiber(coroutine->tsan_fiber);
    coroutine->tsan_fiber = NULL;
    coroutine->asan_fake_stack = NULL;
    if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(coroutine->bottom, coroutine->size);
}

void ccoroutine_reset(ccoroutine *coroutine, void (*body)(void *), void *argument) {
    coroutine->body = body;
    coroutine->argument = argument;
    forget_calls(coroutine);
    if (__tsan_create_fiber) coroutine->tsan_fiber = __tsan_create_fiber(0);
    // Variables that are not set yet show what their places held before, by which alike states would differ.
    note_depth(coroutine);
    memset(coroutine->deepest, 0, (size_t)(coroutine->mapping + coroutine->mapping_size - coroutine->deepest));
    // As if `begin` had been called: its frame begins 8 bytes off a multiple of 16 on x86-64, at one on aarch64.
    uintptr_t *top = (uintptr_t *)(coroutine->mapping + coroutine->mapping_size) - 2;
    uintptr_t *saved = top - SAVED_WORDS;
    saved[RETURN_ADDRESS] = (uintptr_t)begin;
    coroutine->stack_pointer = (char *)saved;
}

void ccoroutine_switch(ccoroutine *from, ccoroutine *to) {
    running = to;
    note_depth(to);
    if (__tsan_switch_to_fiber) __tsan_switch_to_fiber(to->tsan_fiber, 0);
    if (__sanitizer_start_switch_fiber) __sanitizer_start_switch_fiber(&from->asan_fake_stack, to->bottom, to->size);
    ccoroutine_exchange(&from->stack_pointer, to->stack_pointer);
    arrive();
}

const void *ccoroutine_stack(const ccoroutine *coroutine, size_t *size) {
    *size = (size_t)(coroutine->mapping + coroutine->mapping_size - coroutine->stack_pointer);
    return coroutine->stack_pointer;
}

void ccoroutine_destroy(ccoroutine *coroutine) {
    if (coroutine->mapping) {
        forget_calls(coroutine);
        munmap(coroutine->mapping, coroutine->mapping_size);
    }
    free(coroutine);
}

void *ccoroutine_context(void) { return context; }

void ccoroutine_set_context(void *new_context) { context = new_context; }
