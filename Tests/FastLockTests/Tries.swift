import FastLock
import TestSupport
import Testing

@Suite struct Tries {
  @Test(arguments: LockKind.allCases)
  func aTryOfAFreeLockSucceeds(_ kind: LockKind) {
    let lock = kind.make()
    for _ in 0..<1_000 { #expect(lock.withLockIfAvailable { 7 } == 7) }
  }

  /// Regression: a try that blocked.
  @Test(arguments: LockKind.allCases)
  func aTryOfATakenLockReturnsWithoutIt(_ kind: LockKind) throws {
    let lock = kind.make()
    let tries: [@Sendable () -> Bool] = [
      { lock.isTaken }, { lock.isTaken(for: .zero) }, { lock.isTaken(for: .seconds(-1)) },
    ]
    let refused = try lock.withLock { try tries.map { try TestThread($0).join() } }
    #expect(refused == [true, true, true])
    #expect(!lock.isTaken)
  }

  @Test(arguments: LockKind.allCases)
  func aTryByTheHolderReturnsWithoutTheLock(_ kind: LockKind) {
    let lock = kind.make()
    lock.withLock {
      #expect(lock.isTaken)
      #expect(lock.isTaken(for: .zero))
      #expect(lock.isTaken(for: .milliseconds(1)))
    }
    #expect(!lock.isTaken)
  }

  /// Regression: a try that failed though the lock was free, because waiters had left their mark.
  @Test(arguments: LockKind.allCases)
  func aTrySucceedsAfterWaitersGaveUp(_ kind: LockKind) throws {
    for _ in 0..<20 {
      let lock = kind.make()
      let refused = try lock.withLock {
        try runTogether(3) { _ in lock.isTaken(for: .milliseconds(1)) }
      }
      #expect(refused == [true, true, true])
      #expect(!lock.isTaken)
    }
  }

  @Test func aTryOfAMutexTellsTheHoldersValueNothing() {
    let mutex = Mutex(1)
    mutex.withLock { value in
      let seen = mutex.withLockIfAvailable { $0 }
      #expect(seen == nil)
      value = 2
    }
    let seen = mutex.withLockIfAvailable { $0 }
    #expect(seen == 2)
  }

  @Test func isLockedTellsWhetherALockIsHeld() throws {
    let raw = RawMutex()
    #expect(raw.isLocked == false)
    raw.lock()
    #expect(raw.isLocked == true)
    raw.unlock()
    #expect(raw.isLocked == false)

    let lock = Lock()
    #expect(!lock.isLocked)
    lock.acquire()
    #expect(lock.isLocked)
    try lock.release()
    #expect(!lock.isLocked)
  }
}
