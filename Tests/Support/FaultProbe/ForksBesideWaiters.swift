import CTestSupport
import FastLock
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Locks for which waiters starve at the fork, held by the thread that forks or by another.
func forkWithStarvingWaiters() throws {
  for kind in LockKind.allCases {
    try forkHoldingWhatOthersStarveFor(kind.make())
    try forkWhileAnotherHoldsWhatOthersStarveFor(kind.make())
  }
}

private func forkHoldingWhatOthersStarveFor(_ lock: any AnyLock) throws {
  var isChild = false
  let waiters = try lock.withLock {
    let waiters = try starvingWaiters(lock)
    try inForkedChildReturning(&isChild) {
      try TestThread { checkIsTakenForGood(lock) }.join()
    }
    return waiters
  }
  if isChild {
    try checkWorks(lock)
    _exit(0)
  }
  for waiter in waiters { try waiter.join() }
  try checkWorks(lock)
}

private func forkWhileAnotherHoldsWhatOthersStarveFor(_ lock: any AnyLock) throws {
  let end = StartGate(parties: 2)
  let holding = StartGate(parties: 2)
  let holder = TestThread {
    lock.withLock {
      holding.pass()
      end.pass()
    }
  }
  holding.pass()
  let waiters = try starvingWaiters(lock)
  try inForkedChild {
    checkIsTakenForGood(lock)
    guard let box = lock as? LockBox else { return }
    try box.lock.release()
    check(!box.lock.isLocked, "it could be released")
    try checkWorks(box)
  }
  end.pass()
  try holder.join()
  for waiter in waiters { try waiter.join() }
}

/// Tries and timed waits fail, also one that waits until its own patience has ended.
private func checkIsTakenForGood(_ lock: any AnyLock) {
  check(lock.isTaken, "a try fails")
  check(lock.isTaken(for: Patience.ofWaiters * 5), "a timed wait ends")
}

/// Threads that wait for a lock that is held: one has marked it, the others are in its queue.
private func starvingWaiters(_ lock: any AnyLock) throws -> [TestThread<Void>] {
  let waiters = (0..<3).map { _ in TestThread { lock.withLock {} } }
  try waitUntilStarving(waiters.map(\.kernelID))
  return waiters
}

/// Locks that were handed over at the fork to a waiter that had yet to notice: whoever wants one there may have it.
func forkWithHandedLocks() throws {
  // On one CPU the waiter seldom runs between the hand-over and the fork.
  check(test_run_on_one_cpu(0) == 0, "one CPU is enough")
  let lock = SharedWord()
  try forkUntilHanded(lock, take: { unsafe FutexLock.lock(lock.word) }, free: lock.release) {
    check(unsafe FutexLock.isLocked(lock.word), "it is locked")
    check(unsafe FutexLock.tryLock(lock.word), "a try takes it")
    check(unsafe !FutexLock.tryLock(lock.word), "once")
    lock.release()
    check(unsafe !FutexLock.release(lock.word), "once")
  }
  try forkUntilHanded(lock, take: { unsafe FutexLock.lock(lock.word) }, free: lock.release) {
    lock.release()
    check(unsafe !FutexLock.release(lock.word), "once")
    check(unsafe FutexLock.tryLock(lock.word), "it can be taken after that")
  }
  let mutex = SharedWord()
  try forkUntilHanded(
    mutex, take: { unsafe MutexLock.lock(mutex.word) }, free: { unsafe MutexLock.unlock(mutex.word) }
  ) {
    check(unsafe MutexLock.isLocked(mutex.word), "it is locked")
    check(unsafe MutexLock.lock(mutex.word, within: .milliseconds(100)), "a timed wait takes it")
    check(unsafe !MutexLock.tryLock(mutex.word), "once")
    unsafe MutexLock.unlock(mutex.word)
    check(unsafe MutexLock.tryLock(mutex.word), "it works after that")
  }
}

private func forkUntilHanded(
  _ shared: SharedWord, take: @escaping @Sendable () -> Void, free: @escaping @Sendable () -> Void,
  _ checkInChild: () -> Void
) throws {
  let handedStatus: CInt = 2
  try waitUntil("a fork beside a hand-over") {
    take()
    let waiter = TestThread {
      take()
      free()
    }
    try waitUntilStarving([waiter.kernelID])
    // Called by this, it wants the lock handed over if it comes too late.
    free()
    take()
    for _ in 0..<100 where unsafe Hardware.load(shared.word, .relaxed, at: "check") & MutexWord.marked == 0 {
      nap(.milliseconds(1))
    }
    free()
    let child = ForkedChild {
      let value = unsafe Hardware.load(shared.word, .relaxed, at: "check")
      if value & MutexWord.handed == 0 { _exit(0) }
      checkInChild()
      _exit(handedStatus)
    }
    let status = try child.status()
    check(status == 0 || status == handedStatus, "the forked child ended well")
    try waiter.join()
    return status == handedStatus
  }
}
