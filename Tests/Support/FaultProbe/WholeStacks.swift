import CStaticStorage
import CTestSupport
import FastLock
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private let sizes = [32_768, 40_000, 65_536, 1 << 20]

/// What the measuring itself takes of a stack.
private let ownFrames = 1024

/// A body has the stack that its thread was started with, whatever the C library takes.
func useWholeStacks() throws {
  // Of the storage, the page and PTHREAD_STACK_MIN that glibc tells of, the last two are no storage.
  let others = 16_384 + sysconf(CInt(_SC_PAGESIZE))
  check(
    StackShare.estimate >= max(24 << 10, (StackShare.told ?? 0) - others),
    "all storage is found in loaded files")
  #if canImport(Glibc)
    check(StackShare.told ?? 0 > 24 << 10, "glibc tells what it takes")
  #endif
  for size in sizes {
    mark("size \(size)")
    let thread = JoinableThread(stackSize: size) {
      let room = CallStack.roomOnCurrentStack()
      _ = test_use_static_storage()
      return Int(room)
    }
    try thread.start()
    check(try thread.join() >= size, "a body has the stack that was asked for")
    let user = JoinableThread(stackSize: size) { test_use_stack(UInt(size - ownFrames)) }
    try user.start()
    try user.join()
    let former = try setThreadStackSize(size)
    try startNewThread { test_use_stack(UInt(size - ownFrames)) }
    try waitForThreads()
    try setThreadStackSize(former)
  }
}

/// The least that is legal suffices for threads that return, throw and end otherwise.
func startOnNarrowStacks() throws {
  setUncaughtErrorHandler { _ in }
  for end in [{}, { throw Boom() }, { try exitThread() }, { pthread_exit(nil) }]
    as [@Sendable () throws -> Void]
  {
    try startNewThread(stackSize: 32_768) {
      check(test_use_static_storage() == 1, "the storage is the thread's own")
      try end()
    }
    try waitForThreads()
    let thread = JoinableThread(stackSize: 32_768) { try end() }
    try thread.start()
    _ = try? thread.join()
  }
  try startNewThread(stackSize: 32_768) {}
  try waitForThreads()
}
