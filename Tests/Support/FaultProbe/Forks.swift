import CTestSupport
import FastLock
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs `body` in a forked child; returns after the child ended well.
func inForkedChild(_ body: () throws -> Void) throws {
  let child = ForkedChild {
    try body()
    return 0
  }
  check(try child.status() == 0, "the forked child ended well")
}

/// A child of this process that runs something and ends.
struct ForkedChild {
  private let process: pid_t

  /// - Parameter body: returns the status with which the child ends; it ends with 1 if that throws.
  init(_ body: () throws -> CInt) {
    process = test_fork()
    check(process >= 0, "fork works")
    guard process == 0 else { return }
    do {
      _exit(try body())
    } catch {
      report("in the child: \(error)")
      _exit(1)
    }
  }

  /// Waits for the child's end.
  func status() throws -> CInt { try endStatus(of: process) }
}

/// Waits for the end of a forked child, which must end by itself; returns its status.
func endStatus(of child: pid_t) throws -> CInt {
  var status: CInt = 0
  do {
    try waitUntil("the forked child to end") { unsafe waitpid(child, &status, WNOHANG) == child }
  } catch {
    kill(child, SIGKILL)
    throw error
  }
  check(status & 0x7f == 0, "no signal ended the forked child")
  return status >> 8
}

/// Four threads count under `lock`, the first of them forced to wait.
func checkWorks(_ lock: any AnyLock) throws {
  let count = UnprotectedCounter()
  let threads = try lock.withLock {
    let threads = (0..<4).map { _ in
      TestThread { for _ in 0..<100 { lock.withLock { count.add() } } }
    }
    try waitUntilAsleep(threads.map(\.kernelID))
    return threads
  }
  for thread in threads { try thread.join() }
  check(count.value == 400, "no increment was lost")
}

/// Locks that were free at the fork, though contended before it, and new ones.
func forkWithFreeLocks() throws {
  let locks = LockKind.allCases.map { $0.make() }
  for lock in locks { try checkWorks(lock) }
  try inForkedChild {
    for lock in locks { try checkWorks(lock) }
    for kind in LockKind.allCases { try checkWorks(kind.make()) }
  }
  for lock in locks { try checkWorks(lock) }
}

/// Locks held by the thread that forks: held in the child by the same thread.
func forkWithOwnLocks() throws {
  for kind in LockKind.allCases {
    let lock = kind.make()
    var isChild = false
    try lock.withLock {
      let parent = getpid()
      try inForkedChildReturning(&isChild) {
        check(getpid() != parent, "this is the child")
        check(lock.isTaken, "the child holds it too")
      }
    }
    // Both processes have unlocked it once.
    try checkWorks(lock)
    if isChild { _exit(0) }
  }
}

/// As ``inForkedChild(_:)``, but the child goes on like the parent and has to end itself.
func inForkedChildReturning(_ isChild: inout Bool, _ body: () throws -> Void) throws {
  let child = test_fork()
  check(child >= 0, "fork works")
  if child == 0 {
    isChild = true
    try body()
    return
  }
  var status: CInt = 0
  try waitUntil("the forked child to end") { unsafe waitpid(child, &status, WNOHANG) == child }
  check(status == 0, "the forked child ended well")
}

/// Locks that another thread holds at the fork.
func forkWithForeignLocks() throws {
  let lock = Lock()
  let others = LockKind.allCases.map { $0.make() }
  let holding = StartGate(parties: 2)
  let end = StartGate(parties: 2)
  let holder = TestThread {
    lock.acquire()
    withAll(others[...]) {
      holding.pass()
      end.pass()
    }
    try lock.release()
  }
  holding.pass()
  try inForkedChild {
    for other in others {
      check(other.isTaken, "a try fails")
      check(other.isTaken(for: .milliseconds(5)), "a timed wait ends")
    }
    check(!lock.acquire(blocking: false), "a try fails")
    check(!lock.acquire(timeout: .milliseconds(5)), "a timed wait ends")
    try lock.release()
    check(!lock.isLocked, "it could be released")
    check(lock.acquire(blocking: false), "it can be taken after that")
  }
  try inForkedChild {
    check(lock.isLocked, "what the other child did is not seen here")
    lock.reinitializeAfterFork()
    check(!lock.isLocked, "it is as new")
    lock.acquire()
    try lock.release()
    do {
      try lock.release()
      check(false, "a release too many is an error")
    } catch {}
  }
  check(lock.isLocked, "the parent's holder still holds it")
  end.pass()
  try holder.join()
  for other in others { check(!other.isTaken, "the parent's holder has released it") }
}

private func withAll(_ locks: ArraySlice<any AnyLock>, _ body: () -> Void) {
  guard let first = locks.first else { return body() }
  first.withLock { withAll(locks.dropFirst(), body) }
}

/// A lock held by the thread that forks, with sleepers that do not exist in the child.
func forkWithWaiters() throws {
  let lock = Lock()
  lock.acquire()
  let waiters = (0..<3).map { _ in TestThread { lock.withLock {} } }
  try waitUntilStarving(waiters.map(\.kernelID))
  try inForkedChild {
    check(lock.isLocked, "it is still held")
    lock.reinitializeAfterFork()
    check(lock.acquire(blocking: false), "it is as new")
    try lock.release()
  }
  try inForkedChild {
    try lock.release()
    check(!lock.isLocked, "a release does not wait for waiters that do not exist")
    check(lock.acquire(timeout: .seconds(1)), "it can be taken")
  }
  try lock.release()
  for waiter in waiters { try waiter.join() }
  check(!lock.isLocked, "every waiter had its turn")
}

/// In the child of a fork the thread that forked is the main thread.
func forkFromAnotherThread() throws {
  check(Hardware.isMainThread, "main is the main thread")
  let thread = TestThread {
    check(!Hardware.isMainThread, "another thread is not")
    let former = Hardware.threadID
    try inForkedChild {
      check(Hardware.isMainThread, "the forking thread is the child's main thread")
      check(Hardware.threadID == getpid() && Hardware.threadID != former, "its identity is the kernel's")
      MainThreadInterrupts.post(SIGINT)
      while MainThreadInterrupts.take() != nil {}
      check(!MainThreadInterrupts.isPending, "nothing is pending")
      checkInterruptPreventsSleep()
    }
  }
  try thread.join()
}
