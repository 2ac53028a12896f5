import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private func isDetached(_ thread: JoinableThread<Int>) -> Bool {
  do {
    _ = try thread.join()
    return false
  } catch {
    return error as? ThreadError == .detached
  }
}

/// Starts a thread in which `body` waits for a lock, and waits until it sleeps and has looked at the lock again. One that
/// does anything for the first time may be in the Swift runtime, with a lock that a forked child would find taken for ever.
func startSleeper<Success: Sendable>(
  _ body: @escaping @Sendable () throws -> Success
) throws -> JoinableThread<Success> {
  let kernelID = Locked<KernelThreadID?>(nil)
  let thread = JoinableThread {
    kernelID.withLock { $0 = .current }
    return try body()
  }
  try thread.start()
  try waitUntil("the thread to run") { kernelID.withLock { $0 } != nil }
  try waitUntilStarving([kernelID.withLock { $0 }].compactMap(\.self))
  return thread
}

/// A fork by the main thread, while threads run.
func forkWithThreads() throws {
  let end = Lock()
  end.acquire()
  let running = try startSleeper {
    end.withLock {}
    return 1
  }
  let finished = JoinableThread { 2 }
  let idle = JoinableThread { 3 }
  try finished.start()
  check(try finished.join() == 2, "it ran")
  try interruptMain()
  let (identity, native) = (ThreadID.current, nativeThreadID())
  try inForkedChild {
    check(ThreadID.current == identity, "the identity survives")
    check(nativeThreadID() != native && nativeThreadID() == getpid(), "the kernel's is new")
    check(threadCount() == 0, "other threads do not exist")
    try checkInterrupt()
    check(running.isFinished && finished.isFinished, "other threads count as finished")
    check(isDetached(running) && isDetached(finished), "they cannot be joined")
    running.detach()
    check(!idle.isFinished, "what never ran did not finish")
    try idle.start()
    check(try idle.join() == 3, "threads can be started in the child")
    try startNewThread {}
    try waitForThreads()
    try interruptMain(9)
    do {
      try checkInterrupt()
      check(false, "the forking thread is the main thread")
    } catch {
      check((error as? KeyboardInterrupt)?.signal == 9, "only new interrupts are pending")
    }
  }
  check(threadCount() == 1, "in the parent the other thread goes on")
  do {
    try checkInterrupt()
    check(false, "the parent keeps its interrupt")
  } catch {}
  try end.release()
  check(try running.join() == 1, "the parent joins as ever")
}

/// A fork by a thread of the library.
func forkFromOurThread() throws {
  let local = ThreadLocal { 0 }
  let handle = Locked<JoinableThread<Int>?>(nil)
  let thread = JoinableThread {
    local.withValue { $0 = 5 }
    try inForkedChild {
      check(threadCount() == 1, "the forking thread counts")
      check(local.withValue { $0 } == 5, "it keeps its values")
      guard let own = handle.withLock({ $0 }) else { return check(false, "the handle is there") }
      check(!own.isFinished && own.id == .current, "it goes on")
      do {
        _ = try own.join()
        check(false, "it cannot join itself")
      } catch {
        check(error as? ThreadError == .cannotJoinSelf, "it cannot join itself")
      }
      try interruptMain()
      do {
        try checkInterrupt()
        check(false, "it is the main thread")
      } catch {}
    }
    return 1
  }
  handle.withLock { $0 = thread }
  try thread.start()
  check(try thread.join() == 1, "the parent's thread goes on")
}
