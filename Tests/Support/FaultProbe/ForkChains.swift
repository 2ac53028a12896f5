import CTestSupport
import FastLock
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Locks of children of children, each forked by the thread that holds them while others starve in the first process alone.
/// They are free in each process once they are unlocked there.
func chainOfForks() throws {
  let mutex = LockKind.rawMutex.make()
  let lock = LockKind.lock.make()
  var generation = 0
  let waiters = try mutex.withLock {
    try lock.withLock {
      let waiters = [mutex, mutex, lock, lock].map { lock in TestThread { lock.withLock {} } }
      try waitUntilStarving(waiters.map(\.kernelID))
      forkChain(of: 300, &generation)
      return waiters
    }
  }
  let isFirst = generation == 0
  for lock in [mutex, lock] {
    check(!lock.isTaken(for: isFirst ? hangLimit : .milliseconds(100)), "it is free at once")
  }
  if !isFirst { _exit(0) }
  for waiter in waiters { try waiter.join() }
  for lock in [mutex, lock] { try checkWorks(lock) }
}

/// Returns in each process, in all but the last after its child has ended well. `generation` says how many forks it is away
/// from the first: the words of locks have room for three bits of that.
private func forkChain(of forks: Int, _ generation: inout Int) {
  while generation < forks {
    let child = test_fork()
    check(child >= 0, "fork works")
    if child > 0 { return waitForSuccess(of: child) }
    generation += 1
  }
}

/// Sleeps until the child's end: hundreds of processes wait at the same time.
private func waitForSuccess(of child: pid_t) {
  var status: CInt = 0
  while unsafe waitpid(child, &status, 0) < 0 { check(errno == EINTR, "there is a child") }
  check(status == 0, "the forked child ended well")
}
