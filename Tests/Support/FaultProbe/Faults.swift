import FastLock
import Synchronization
import TestSupport

/// Threads that count under a lock. The first holder keeps it until every other thread has found it taken.
func contention() throws {
  let threads = 4
  let rounds = 500
  for kind in LockKind.allCases {
    let lock = kind.make()
    let count = UnprotectedCounter()
    let refused = Atomic(0)
    let others = try lock.withLock {
      let others = (1..<threads).map { _ in
        TestThread {
          if lock.isTaken { refused.add(1, ordering: .relaxed) }
          for _ in 0..<rounds { lock.withLock { count.add() } }
        }
      }
      try waitUntil("contention") { refused.load(ordering: .relaxed) == threads - 1 }
      nap(.milliseconds(5))
      return others
    }
    for _ in 0..<rounds { lock.withLock { count.add() } }
    for thread in others { try thread.join() }
    check(count.value == threads * rounds, "no increment was lost")
    check(!lock.isTaken, "the lock is free in the end")
  }
}

/// Waits for a lock that stays taken.
func timeOuts() throws {
  for kind in LockKind.allCases {
    let lock = kind.make()
    let waiter = try lock.withLock {
      let waiter = TestThread {
        let start = monotonicNow()
        return lock.isTaken(for: .milliseconds(20)) && monotonicNow() - start >= .milliseconds(20)
      }
      try waitUntil("the waiter to give up") { waiter.hasEnded }
      return waiter
    }
    check(try waiter.join(), "the wait lasted its limit and ended without the lock")
  }
}

private struct Enough: Error {}

/// An interruptible wait that is left after three interruptions.
func interruptibleWait() throws {
  let lock = Lock()
  lock.acquire()
  var calls = 0
  do {
    try lock.acquireInterruptibly { () throws(Enough) in
      calls += 1
      if calls == 4 { throw Enough() }
    }
    check(false, "the error ends the wait")
  } catch {}
  check(calls == 4, "the closure ran before the first sleep and after each interruption")
  check(lock.isLocked, "the lock was not taken")
}

/// Waits for a lock that nobody will release: the first futex wait decides.
func sleepForEver() {
  let lock = Lock()
  lock.acquire()
  lock.acquire()
}

/// Releases a lock that a waiter has marked and left: one futex wake without a sleeper.
func wakeNobody() throws {
  let lock = Lock()
  lock.acquire()
  check(!lock.acquire(timeout: .milliseconds(1)), "the waiter gave up")
  try lock.release()
}

/// A counter that loses increments unless a lock protects it.
final class UnprotectedCounter: @unchecked Sendable {
  private(set) var value = 0

  func add() { value += 1 }
}
