// What Swift cannot say: system calls, atomics that may mix widths, hints to the CPU and the compiler.
// No policy. Every system call returns its result or -errno; errno itself is never touched.
#ifndef CFUTEX_H
#define CFUTEX_H

#if !defined(__linux__)
#error "FastLock needs Linux futexes. Depend on it with condition: .when(platforms: [.linux]); README.md shows how."
#elif !defined(__x86_64__) && !defined(__aarch64__)
#error "FastLock supports x86-64 and aarch64."
#else

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <linux/prctl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define CFUTEX_INLINE static inline __attribute__((always_inline))

// MARK: System calls

CFUTEX_INLINE long cfutex_syscall6(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#else
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
#endif
}

/// The deadline that never comes.
#define CFUTEX_NO_DEADLINE UINT64_MAX

/// FUTEX_WAIT_BITSET, private: sleeps while `*word == expected`. `deadline` is absolute, in nanoseconds of
/// CLOCK_MONOTONIC. Returns 0 (woken, perhaps spuriously) or -EAGAIN, -ETIMEDOUT, -EINTR: futex(2).
CFUTEX_INLINE int32_t cfutex_wait(const uint32_t *word, uint32_t expected, uint64_t deadline, uint32_t bits) {
    // The kernel's own layout of a 64-bit timespec, the same on both architectures and for both libcs.
    struct { int64_t seconds, nanoseconds; } at;
    at.seconds = (int64_t)(deadline / 1000000000u);
    at.nanoseconds = (int64_t)(deadline % 1000000000u);
    return (int32_t)cfutex_syscall6(SYS_futex, (long)word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, (long)expected,
                                    deadline == CFUTEX_NO_DEADLINE ? 0 : (long)&at, 0, (long)bits);
}

/// FUTEX_WAKE_BITSET, private: wakes at most `count` sleepers whose bits meet `bits`. Only the address is used, never
/// the memory there. Returns how many were woken.
CFUTEX_INLINE int32_t cfutex_wake(const uint32_t *word, int32_t count, uint32_t bits) {
    return (int32_t)cfutex_syscall6(SYS_futex, (long)word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, count, 0, 0,
                                    (long)bits);
}

/// membarrier(2): 0 or -errno.
CFUTEX_INLINE int32_t cfutex_membarrier(int32_t command) {
    return (int32_t)cfutex_syscall6(SYS_membarrier, command, 0, 0, 0, 0, 0);
}

/// A full barrier in every running thread of the process, which must have registered; else -EPERM.
CFUTEX_INLINE int32_t cfutex_process_barrier(void) { return cfutex_membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED); }

/// Registers the process for cfutex_process_barrier.
CFUTEX_INLINE int32_t cfutex_register_process_barrier(void) {
    return cfutex_membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

/// Private memory of `size` bytes, all zero: mmap(2). Returns its address or -errno.
CFUTEX_INLINE long cfutex_map(unsigned long size) {
    return cfutex_syscall6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/// munmap(2): 0 or -errno.
CFUTEX_INLINE int32_t cfutex_unmap(long address, unsigned long size) {
    return (int32_t)cfutex_syscall6(SYS_munmap, address, (long)size, 0, 0, 0, 0);
}

/// No advice of madvise(2).
#define CFUTEX_INVALID_ADVICE (-1)
/// MADV_WIPEONFORK, which headers have since Linux 4.14.
#define CFUTEX_WIPE_ON_FORK 18

/// madvise(2): 0 or -errno.
CFUTEX_INLINE int32_t cfutex_advise(long address, unsigned long size, int32_t advice) {
    return (int32_t)cfutex_syscall6(SYS_madvise, address, (long)size, advice, 0, 0, 0);
}

/// gettid(2), asked of the kernel each time and so right in a forked child.
CFUTEX_INLINE int32_t cfutex_gettid(void) {
    return (int32_t)cfutex_syscall6(SYS_gettid, 0, 0, 0, 0, 0, 0);
}

/// getpid(2), asked of the kernel each time: equal to gettid in the main thread alone.
CFUTEX_INLINE int32_t cfutex_getpid(void) {
    return (int32_t)cfutex_syscall6(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

/// The number of CPUs that the calling thread may run on, or -errno: sched_getaffinity(2).
CFUTEX_INLINE int32_t cfutex_usable_cpus(void) {
    uint64_t mask[128] = {0};  // 8192 CPUs, the most that a kernel is built for.
    long bytes = cfutex_syscall6(SYS_sched_getaffinity, 0, sizeof mask, (long)mask, 0, 0, 0);
    if (bytes < 0) return (int32_t)bytes;
    int32_t count = 0;
    for (unsigned i = 0; i < sizeof mask / sizeof mask[0]; i++) count += __builtin_popcountll(mask[i]);
    return count;
}

/// The size of a thread's name with the terminating zero.
#define CFUTEX_NAME_SIZE 16

/// Names the calling thread; the kernel keeps 15 bytes: PR_SET_NAME of prctl(2).
CFUTEX_INLINE void cfutex_set_thread_name(const char *name) {
    cfutex_syscall6(SYS_prctl, PR_SET_NAME, (long)name, 0, 0, 0, 0);
}

/// Stores the calling thread's name with a terminating zero: PR_GET_NAME of prctl(2).
CFUTEX_INLINE void cfutex_get_thread_name(char *name) {
    cfutex_syscall6(SYS_prctl, PR_GET_NAME, (long)name, 0, 0, 0, 0);
}

// MARK: The stack

/// The frame of the function that this is inlined into: its caller's frame, then its return address.
CFUTEX_INLINE const uintptr_t *cfutex_frame(void) {
    return (const uintptr_t *)__builtin_frame_address(0);
}

/// Calls `function` on the stack below `end`, a multiple of 16. Never inlined: whatever else a call may change is the
/// caller's to save.
__attribute__((noinline, unused)) static void cfutex_call_on_stack(
    void *end, void (*function)(void *argument), void *argument) {
    // Asking for the frame makes the compiler keep one, by which an unwinder finds the caller.
    __asm__ volatile("" : : "r"(__builtin_frame_address(0)));
#if defined(__x86_64__)
    __asm__ volatile("movq %%rsp, %%rbx\n\t"
                     "movq %[end], %%rsp\n\t"
                     "callq *%[function]\n\t"
                     "movq %%rbx, %%rsp"
                     : "+D"(argument), [end] "+S"(end), [function] "+d"(function)
                     :
                     : "rax", "rbx", "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
#else
    register void *x0 __asm__("x0") = argument;
    register void *x1 __asm__("x1") = end;
    register void (*x2)(void *) __asm__("x2") = function;
    __asm__ volatile("mov x19, sp\n\t"
                     "mov sp, %[end]\n\t"
                     "blr %[function]\n\t"
                     "mov sp, x19"
                     : "+r"(x0), [end] "+r"(x1), [function] "+r"(x2)
                     :
                     : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
                       "x19", "x30", "memory", "cc");
#endif
}

// MARK: CPU and compiler

/// Tells the CPU that this is a polling loop.
CFUTEX_INLINE void cfutex_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    __asm__ volatile("isb" ::: "memory");  // `yield` is a no-op on most cores; `isb` waits a little.
#endif
}

/// A counter that the CPU advances all the time; its low bits serve as chance.
CFUTEX_INLINE uint32_t cfutex_cycles(void) {
#if defined(__x86_64__)
    return (uint32_t)__builtin_ia32_rdtsc();
#else
    uint64_t count;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
    return (uint32_t)count;
#endif
}

/// Keeps the compiler, not the CPU, from moving memory accesses across this point.
CFUTEX_INLINE void cfutex_compiler_barrier(void) {
    __asm__ volatile("" ::: "memory");
}

// MARK: Atomics of a word

CFUTEX_INLINE uint32_t cfutex_load_relaxed(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

CFUTEX_INLINE uint32_t cfutex_load_acquire(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/// Loads without ordering. `*ticks` becomes what that took, by `cfutex_cycles`: it tells whether the line was in this CPU's
/// cache.
CFUTEX_INLINE uint32_t cfutex_load_timed(const uint32_t *word, uint32_t *ticks) {
#if defined(__x86_64__)
    uint32_t start = cfutex_cycles();
    __asm__ volatile("lfence" ::: "memory");
    uint32_t value = cfutex_load_relaxed(word);
    __asm__ volatile("lfence" ::: "memory");
#else
    __asm__ volatile("isb" ::: "memory");
    uint32_t start = cfutex_cycles();
    uint32_t value = cfutex_load_relaxed(word);
    __asm__ volatile("dsb ishld\n\tisb" ::: "memory");
#endif
    *ticks = cfutex_cycles() - start;
    return value;
}

CFUTEX_INLINE void cfutex_store_release(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

CFUTEX_INLINE uint32_t cfutex_exchange_release(uint32_t *word, uint32_t value) {
    return __atomic_exchange_n(word, value, __ATOMIC_RELEASE);
}

/// Acquires when it succeeds; never fails spuriously.
CFUTEX_INLINE bool cfutex_compare_exchange_acquire(uint32_t *word, uint32_t expected, uint32_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/// Orders nothing, and never fails spuriously.
CFUTEX_INLINE bool cfutex_compare_exchange_relaxed(uint32_t *word, uint32_t expected, uint32_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/// Releases when it succeeds; never fails spuriously.
CFUTEX_INLINE bool cfutex_compare_exchange_release(uint32_t *word, uint32_t expected, uint32_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

/// Has the line of a word fetched for writing, without waiting for it.
CFUTEX_INLINE void cfutex_prefetch_for_write(const uint32_t *word) {
#if defined(__x86_64__)
    // __builtin_prefetch makes one for reading of it, unless the compiler is told of this instruction, which processors
    // without it take for a no-op.
    __asm__ volatile("prefetchw %0" : : "m"(*word));
#else
    __builtin_prefetch(word, 1);
#endif
}

// MARK: Atomics of a byte

CFUTEX_INLINE uint8_t cfutex_load_byte_relaxed(const uint8_t *byte) {
    return __atomic_load_n(byte, __ATOMIC_RELAXED);
}

CFUTEX_INLINE void cfutex_store_byte_release(uint8_t *byte, uint8_t value) {
    __atomic_store_n(byte, value, __ATOMIC_RELEASE);
}

CFUTEX_INLINE uint8_t cfutex_exchange_byte_acquire(uint8_t *byte, uint8_t value) {
    return __atomic_exchange_n(byte, value, __ATOMIC_ACQUIRE);
}

#endif
#endif
