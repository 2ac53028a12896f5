import CTestSupport
import FastLock
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Waiters that starve for a lock and do not come when it is theirs: a signal handler keeps them.
func suspendedWaiters() throws {
  check(test_suspend_at_signal(SIGUSR1) == 0, "a handler can be installed")
  for kind in [LockKind.rawMutex, .lock] {
    for waiters in 1...3 { try unlock(kind.make(), besideSuspended: waiters) }
  }
}

private func unlock(_ lock: any AnyLock, besideSuspended count: Int) throws {
  let waiters = try lock.withLock {
    let waiters = (0..<count).map { _ in TestThread { lock.withLock {} } }
    try waitUntilStarving(waiters.map(\.kernelID))
    for waiter in waiters { waiter.kernelID.signal(SIGUSR1) }
    try waitUntil("the waiters to be suspended") { test_suspended_threads() == count }
    return waiters
  }
  let limit = Duration.milliseconds(100)
  for _ in 0..<20 {
    check(!lock.isTaken(for: limit), "who unlocked it has it again at once")
    check(try !TestThread { lock.isTaken(for: limit) }.join(), "another thread has it at once")
  }
  check(!waiters.contains { $0.hasEnded }, "the waiters were suspended to the end")
  test_resume_suspended()
  for waiter in waiters { try waiter.join() }
  check(test_suspended_threads() == 0 && !lock.isTaken, "the waiters had their turn")
}
