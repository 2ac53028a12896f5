import FastLock
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct LockContracts {
  @Test func aNewLockIsUnlocked() {
    #expect(!Lock().isLocked)
  }

  @Test func acquireAndReleaseAreAPair() throws {
    let lock = Lock()
    for _ in 0..<1_000 {
      lock.acquire()
      #expect(lock.isLocked)
      try lock.release()
      #expect(!lock.isLocked)
    }
  }

  @Test func acquireSaysWhetherTheLockWasAcquired() throws {
    let lock = Lock()
    #expect(lock.acquire(blocking: true))
    #expect(!lock.acquire(blocking: false))
    try lock.release()
    #expect(lock.acquire(blocking: false))
    try lock.release()
    #expect(lock.acquire(timeout: .zero))
    #expect(!lock.acquire(timeout: .zero))
  }

  @Test func releaseOfAnUnlockedLockIsAnErrorThatChangesNothing() throws {
    let lock = Lock()
    for _ in 0..<3 {
      #expect(throws: LockError.notLocked) { try lock.release() }
      #expect(!lock.isLocked)
    }
    lock.acquire()
    try lock.release()
    #expect(throws: LockError.notLocked) { try lock.release() }
    #expect(lock.acquire(blocking: false), "the error left the lock usable")
  }

  @Test func anyThreadMayRelease() throws {
    let lock = Lock()
    lock.acquire()
    try TestThread { try lock.release() }.join()
    #expect(!lock.isLocked)
  }

  @Test func aSecondAcquireWaitsUntilSomeThreadReleases() throws {
    let lock = Lock()
    lock.acquire()
    let again = TestThread {
      lock.acquire()
      lock.acquire()
    }
    try lock.release()
    try waitUntilAsleep([again.kernelID])
    try lock.release()
    try again.join()
    #expect(lock.isLocked)
  }

  @Test func aLockedLockMayBeFreed() throws {
    for _ in 0..<100 {
      weak let former: Lock?
      do {
        let lock = Lock()
        lock.acquire()
        former = lock
      }
      #expect(former == nil)
    }
  }

  /// Exactly one release of each hold succeeds, however many threads try at once.
  @Test func surplusReleasesAreCountedExactlyUnderRaces() throws {
    let threads = 4
    let rounds = 500
    let lock = Lock()
    let gates = (0..<rounds).map { _ in (begin: StartGate(parties: threads), end: StartGate(parties: threads))
    }
    let succeeded = try runTogether(threads) { index in
      var succeeded = 0
      for gate in gates {
        if index == 0 { lock.acquire() }
        gate.begin.pass()
        do throws(LockError) {
          try lock.release()
          succeeded += 1
        } catch {
          guard error == .notLocked else { return Int.min }
        }
        gate.end.pass()
      }
      return succeeded
    }
    #expect(succeeded.reduce(0, +) == rounds)
    #expect(!lock.isLocked)
  }

  /// As many releases succeed as acquires did, though two threads release what either has acquired.
  @Test func noHoldIsReleasedTwiceByTwoThreads() throws {
    let lock = Lock()
    let limit = monotonicNow() + hangLimit
    // Holds that the other thread released: each shows that both were at it.
    let lost = SharedCount()
    let counts = try runTogether(2) { _ in
      var (acquired, released) = (0, 0)
      while lost.value < 100 {
        let isOwn = lock.acquire(blocking: false)
        if isOwn { acquired += 1 }
        do throws(LockError) {
          try lock.release()
          released += 1
        } catch {
          if isOwn { lost.add() }
        }
        guard monotonicNow() < limit else { throw Hang(waitingFor: "holds that the other thread releases") }
      }
      return (acquired, released)
    }
    #expect(counts[0].0 + counts[1].0 == counts[0].1 + counts[1].1)
    #expect(!lock.isLocked)
  }

  /// As many releases succeed as acquires did, with no order between them.
  @Test func releasesMatchAcquiresUnderRaces() throws {
    let lock = Lock()
    let balance = try runTogether(4) { index in
      var random = SplitMix64(seed: UInt64(index))
      var balance = 0
      for _ in 0..<5_000 {
        if Bool.random(using: &random) {
          if lock.acquire(timeout: .microseconds(.random(in: 0...20, using: &random))) { balance += 1 }
        } else {
          do { try lock.release() } catch { continue }
          balance -= 1
        }
      }
      return balance
    }
    #expect(balance.reduce(0, +) == (lock.isLocked ? 1 : 0))
  }

  /// Regression: a lock that was handed over to a waiter while a third thread released it.
  @Test func aThirdThreadsReleaseLetsExactlyOneWaiterIn() throws {
    for _ in 0..<50 {
      let lock = Lock()
      lock.acquire()
      let waiters = (0..<2).map { _ in TestThread { lock.acquire() } }
      try waitUntilAsleep(waiters.map(\.kernelID))
      let released = try runTogether(2) { _ in
        do throws(LockError) { try lock.release() } catch { return 0 }
        return 1
      }
      // The second release may come before or after a waiter has taken the lock.
      let first = released.reduce(0, +)
      #expect(first >= 1)
      if first == 1 {
        try waitUntil("a waiter to take the lock") { waiters.contains { $0.hasEnded } }
        try lock.release()
      }
      for waiter in waiters { try waiter.join() }
      #expect(lock.isLocked)
      try lock.release()
      #expect(throws: LockError.notLocked) { try lock.release() }
    }
  }

  /// Regression: use after free when the next owner drops the last reference at once.
  @Test func theNextOwnerMayFreeTheLockWhileItsReleaseReturns() throws {
    for _ in 0..<300 {
      let lock = unsafe Unmanaged.passRetained(Lock())
      let shared = unsafe Address(lock.toOpaque())
      unsafe lock._withUnsafeGuaranteedRef { $0.acquire() }
      let owner = TestThread {
        let lock = unsafe Unmanaged<Lock>.fromOpaque(shared.pointer)
        unsafe lock._withUnsafeGuaranteedRef { $0.acquire() }
        unsafe lock.release()
      }
      try waitUntilAsleep([owner.kernelID])
      try unsafe lock._withUnsafeGuaranteedRef { try $0.release() }
      try owner.join()
    }
  }

  /// The same without doubt: the memory is gone when the release returns, and a touch would end the process.
  @Test func aReleaseTouchesNothingOnceTheNextOwnerMayHaveFreedTheLock() async {
    await #expect(processExitsWith: .success) {
      for _ in 0..<300 {
        let size = Int(getpagesize())
        let page = unsafe try #require(
          mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        let shared = unsafe Address(page)
        unsafe FutexLock.lock(shared.word)
        let owner = TestThread {
          unsafe FutexLock.lock(shared.word)
          return unsafe munmap(shared.pointer, size)
        }
        try waitUntilAsleep([owner.kernelID])
        let wasHeld = unsafe FutexLock.release(shared.word)
        try #require(wasHeld)
        try #require(try owner.join() == 0)
      }
    }
  }

  @Test func whatWasDoneBeforeAReleaseIsSeenAfterTheAcquire() throws {
    let lock = Lock()
    let cell = UnprotectedInt()
    lock.acquire()
    let reader = TestThread {
      lock.acquire()
      return cell.value
    }
    try waitUntilAsleep([reader.kernelID])
    cell.value = 42
    try lock.release()
    #expect(try reader.join() == 42)
  }
}

/// An address that threads may share.
@safe private struct Address: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer

  init(_ pointer: UnsafeMutableRawPointer) {
    unsafe self.pointer = pointer
  }

  var word: UnsafeMutablePointer<UInt32> { unsafe pointer.assumingMemoryBound(to: UInt32.self) }
}

/// An integer that only a lock keeps whole.
final class UnprotectedInt: @unchecked Sendable {
  var value = 0
}
