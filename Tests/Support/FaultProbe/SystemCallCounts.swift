import FastLock
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

// Between the two marks a tracer sees what the pairs cost.
private func betweenMarks(_ body: () throws -> Void) rethrows {
  mark("begin")
  try body()
  mark("end")
}

private final class Locks: Sendable {
  let rawMutex = RawMutex()
  let mutex = Mutex(0)
  let locked = Locked(0)
  let lock = Lock()
}

/// A million pairs, a quarter of each lock, in a process that has a second thread.
func uncontendedPairs() throws {
  let locks = Locks()
  var ends: [CInt] = [-1, -1]
  check(unsafe pipe(&ends) == 0, "there is a pipe")
  let (readEnd, writeEnd) = (ends[0], ends[1])
  let idle = TestThread {
    var byte: UInt8 = 0
    return unsafe read(readEnd, &byte, 1)
  }
  try waitUntil("the second thread to sleep") { idle.kernelID.isAsleep }
  try betweenMarks {
    for _ in 0..<250_000 {
      locks.rawMutex.lock()
      locks.rawMutex.unlock()
      locks.mutex.withLock { $0 += 1 }
      locks.locked.withLock { $0 += 1 }
      locks.lock.acquire()
      try locks.lock.release()
    }
  }
  close(writeEnd)
  check(try idle.join() == 0, "the second thread slept to the end")
  check(locks.mutex.withLock { $0 } == 250_000, "every pair was made")
}

/// Tries that fail, by the holder, and limits that are no time at all.
func failingTries() throws {
  for kind in LockKind.allCases {
    let lock = kind.make()
    lock.withLock {
      betweenMarks {
        for _ in 0..<1_000 {
          check(lock.isTaken, "a try by the holder fails")
          check(lock.isTaken(for: .zero), "no time is one try")
          check(lock.isTaken(for: .seconds(-1)), "negative time is one try")
        }
      }
    }
  }
}

/// Pairs of one thread after four others have slept on the lock.
func pairsAfterContention() throws {
  for kind in LockKind.allCases {
    let lock = kind.make()
    let threads = try lock.withLock {
      let threads = (0..<4).map { _ in TestThread { lock.withLock {} } }
      try waitUntilAsleep(threads.map(\.kernelID))
      return threads
    }
    for thread in threads { try thread.join() }
    betweenMarks {
      for _ in 0..<1_000 { lock.withLock {} }
    }
  }
}
