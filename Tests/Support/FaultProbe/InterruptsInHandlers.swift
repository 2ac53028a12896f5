import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// interruptMain in a signal handler of another thread, a thousand times.
func interruptFromSignalHandler() throws {
  installInterruptingHandler()
  let end = Locked(false)
  let target = TestThread { while !end.withLock({ $0 }) { nap(.microseconds(10)) } }
  for _ in 0..<1000 {
    check(target.kernelID.signal(SIGUSR1), "a signal can be sent")
    try waitUntil("the interrupt") { pendingInterrupt() == 10 }
  }
  end.withLock { $0 = true }
  try target.join()
}

/// The same while the main thread sleeps, in a thread that allocates all the time: a handler that does so too would wait
/// for the allocator's lock, which the thread below it has.
func interruptSleepFromAllocatingThread() throws {
  installInterruptingHandler()
  let end = Locked(false)
  let target = TestThread {
    while !end.withLock({ $0 }) {
      for _ in 0..<1000 { unsafe free(malloc(64)) }
    }
  }
  let main = KernelThreadID.current
  let noticed = Locked(false)
  let interrupts = 300
  let sender = TestThread {
    for _ in 0..<interrupts {
      try waitUntilAsleep([main])
      target.kernelID.signal(SIGUSR1)
      // Until it has woken, so that each finds it asleep.
      try waitUntil("the interrupt") {
        noticed.withLock { noticed in
          defer { noticed = false }
          return noticed
        }
      }
    }
  }
  let lock = allocateLock()
  lock.acquire()
  for _ in 0..<interrupts {
    do {
      try lock.acquireInterruptibly(timeout: hangLimit)
      check(false, "an interrupt ends the wait")
    } catch {
      check(error.signal == 10, "it is the interrupt")
    }
    noticed.withLock { $0 = true }
  }
  try sender.join()
  end.withLock { $0 = true }
  try target.join()
}

/// For SIGUSR1. It ends the process if it leaves another errno than it found.
private func installInterruptingHandler() {
  let handler: @convention(c) (CInt) -> Void = { _ in
    let saved = errno
    errno = 77
    try? interruptMain(10)
    if errno != 77 { _exit(3) }
    errno = saved
  }
  var action = sigaction()
  #if canImport(Musl)
    unsafe action.__sa_handler.sa_handler = handler
  #else
    unsafe action.__sigaction_handler.sa_handler = handler
  #endif
  action.sa_flags = SA_RESTART | SA_ONSTACK
  check(unsafe sigaction(SIGUSR1, &action, nil) == 0, "a handler can be installed")
}
