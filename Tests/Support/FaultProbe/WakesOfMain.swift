import TestSupport
import Threads

/// A main thread that sleeps most of the time, and is interrupted each time. A tracer sees whom the interrupts wake.
func wakesOfMain() throws {
  let lock = allocateLock()
  lock.acquire()
  let main = KernelThreadID.current
  for _ in 0..<50 {
    let interrupter = TestThread {
      try waitUntilAsleep([main])
      try interruptMain()
    }
    do {
      try lock.acquireInterruptibly(timeout: hangLimit)
      check(false, "an interrupt ends the wait")
    } catch {}
    try interrupter.join()
  }
}
