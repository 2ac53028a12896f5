import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The signal of the pending interrupt, nil if none is pending.
func pendingInterrupt() -> CInt? {
  do {
    try checkInterrupt()
    return nil
  } catch {
    return error.signal
  }
}

/// Interrupts are thrown on the main thread only, one per check, lowest first; equal ones coalesce.
func checkInterrupts() throws {
  check(pendingInterrupt() == nil, "nothing is pending at first")
  for invalid: CInt in [.min, -1, 0, 65, .max] {
    do {
      try interruptMain(invalid)
      check(false, "an invalid signal throws")
    } catch {
      check(error == .invalidSignal, "it says why")
    }
  }
  check(pendingInterrupt() == nil, "an invalid signal changes nothing")

  let thread = JoinableThread {
    try interruptMain()
    try interruptMain(64)
    try interruptMain(1)
    try interruptMain()
    check(pendingInterrupt() == nil, "other threads notice nothing")
  }
  try thread.start()
  try thread.join()
  check(pendingInterrupt() == 1, "the lowest comes first")
  check(pendingInterrupt() == SIGINT, "the default is SIGINT, and equal ones coalesce")
  check(pendingInterrupt() == 64, "the highest comes last")
  check(pendingInterrupt() == nil, "each is thrown once")
}

/// An interrupt ends the main thread's interruptible wait; a plain acquire sees it afterwards.
func acquireInterruptiblyOnMain() throws {
  let lock = allocateLock()
  let main = KernelThreadID.current
  try interruptMain(15)
  check(try lock.acquireInterruptibly(), "a free lock is acquired")
  check(lock.isLocked, "a free lock is acquired")
  do {
    try lock.acquireInterruptibly()
    check(false, "the interrupt stayed pending and ends the wait")
  } catch {
    check(error == KeyboardInterrupt(signal: 15), "it is the interrupt")
  }
  check(lock.isLocked, "the lock was not acquired")
  check(try !lock.acquireInterruptibly(timeout: .milliseconds(5)), "without an interrupt the time runs out")

  let interrupter = TestThread {
    try waitUntilAsleep([main])
    try interruptMain()
  }
  do {
    try lock.acquireInterruptibly(timeout: hangLimit)
    check(false, "an interrupt ends the wait")
  } catch {
    check(error.signal == SIGINT, "it is the interrupt")
  }
  try interrupter.join()

  let releaser = TestThread {
    try waitUntilAsleep([main])
    try interruptMain(3)
    nap(.milliseconds(20))
    try lock.release()
  }
  lock.acquire()
  check(pendingInterrupt() == 3, "a plain acquire is not interruptible: the interrupt comes after it")
  try releaser.join()

  let other = JoinableThread { try lock.acquireInterruptibly(timeout: .milliseconds(50)) }
  try other.start()
  try interruptMain()
  check(try other.join() == false, "other threads are not interrupted")
  check(pendingInterrupt() == SIGINT, "the interrupt stayed pending")
}

/// What the process does at SIGINT.
private func interruptAction() -> (handler: UInt, flags: CInt) {
  var action = sigaction()
  check(unsafe sigaction(SIGINT, nil, &action) == 0, "the action can be asked for")
  #if canImport(Musl)
    let handler = unsafe action.__sa_handler.sa_handler
  #else
    let handler = unsafe action.__sigaction_handler.sa_handler
  #endif
  return (unsafe unsafeBitCast(handler, to: UInt.self), action.sa_flags)
}

/// Ctrl-C, that is SIGINT to the process, while the main thread waits and while it does not.
func interruptFromTerminal() throws {
  // A job that a shell has started in the background ignores it.
  _ = signal(SIGINT, SIG_DFL)
  check(try installInterruptHandler(), "it says that it has installed a handler")
  check(interruptAction().flags & SA_RESTART != 0, "it lets other system calls go on")
  kill(getpid(), SIGINT)
  try waitUntil("the signal to be noticed") { pendingInterrupt() == SIGINT }

  let lock = allocateLock()
  lock.acquire()
  let main = KernelThreadID.current
  let killer = TestThread {
    try waitUntilAsleep([main])
    kill(getpid(), SIGINT)
  }
  do {
    try lock.acquireInterruptibly(timeout: hangLimit)
    check(false, "Ctrl-C ends the wait")
  } catch {
    check(error.signal == SIGINT, "it is Ctrl-C")
  }
  try killer.join()
}

/// Who starts a program with SIGINT ignored, as a shell does in the background and nohup(1), wants it to go on.
func ignoredInterrupt() throws {
  _ = signal(SIGINT, SIG_IGN)
  let ignoring = interruptAction().handler
  check(try !installInterruptHandler(), "it says that it has installed nothing")
  check(interruptAction().handler == ignoring, "the signal is still ignored")
  kill(getpid(), SIGINT)
  check(pendingInterrupt() == nil, "it interrupts nobody")

  check(try installInterruptHandler(evenIfIgnored: true), "who asks for it gets a handler")
  kill(getpid(), SIGINT)
  try waitUntil("the signal to be noticed") { pendingInterrupt() == SIGINT }
  check(try installInterruptHandler(), "what is a handler already is no reason to leave it")
}

/// A thread whose stack has no room for a handler has told the system where to run it.
func interruptOnAlternateStack() throws {
  _ = signal(SIGINT, SIG_DFL)
  check(try installInterruptHandler(), "it says that it has installed a handler")
  check(interruptAction().flags & SA_ONSTACK != 0, "it runs on an alternate stack")
  let size = 1 << 16
  let pattern: UInt8 = 0xa5
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
  _ = unsafe memory.initializeMemory(as: UInt8.self, repeating: pattern)
  var stack = unsafe stack_t()
  unsafe stack.ss_sp = memory.baseAddress
  unsafe stack.ss_size = size
  check(unsafe sigaltstack(&stack, nil) == 0, "a thread can have an alternate stack")
  check(KernelThreadID.current.signal(SIGINT), "a signal can be sent")
  try waitUntil("the signal to be noticed") { pendingInterrupt() == SIGINT }
  check(unsafe memory.contains { $0 != pattern }, "the handler ran there")
}
