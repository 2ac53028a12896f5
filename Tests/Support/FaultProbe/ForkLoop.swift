import FastLock
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Forks again and again while threads hold a lock and wait for it, until enough children found it held.
func forkDuringContention() throws {
  let leastHeld = 10
  // What the runtime makes on first use is made here, since another thread might be at it at a fork.
  _ = try useWhatAForkLeft(of: LockKind.lock.make(), reinitializing: false)
  try contend(under: "forks") { contest in
    var forks = 0
    var held = 0
    while held < leastHeld {
      let child = ForkedChild {
        try useWhatAForkLeft(of: contest.lock, reinitializing: forks.isMultiple(of: 2)) ? heldStatus : 0
      }
      let status = try child.status()
      check(status == 0 || status == heldStatus, "the forked child ended well")
      if status == heldStatus { held += 1 }
      forks += 1
    }
    return forks
  }
}

/// How a child ends that found the lock held. One in which something does not hold ends with 1.
private let heldStatus: CInt = 2

/// Does what a child may do with a lock that others may have held, and waited for, at the fork; returns whether they did.
private func useWhatAForkLeft(of lock: any AnyLock, reinitializing: Bool) throws -> Bool {
  let limit = Duration.milliseconds(2)
  let start = monotonicNow()
  let isHeld = lock.isTaken
  check(lock.isTaken(for: limit) == isHeld, "nobody changes it")
  check(!isHeld || monotonicNow() - start >= limit, "a timed wait is not cut short")
  if let lock = (lock as? LockBox)?.lock {
    if reinitializing {
      lock.reinitializeAfterFork()
    } else if lock.isLocked {
      try lock.release()
    }
    check(!lock.isLocked, "it is free")
  }
  if lock is LockBox || !isHeld { try checkWorks(lock) }
  try checkWorks(LockKind.mutex.make())
  return isHeld
}
