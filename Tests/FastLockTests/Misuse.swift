import FastLock
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private let sharedMutex = RawMutex()

/// What ended the process said so.
private func expectTrap(
  _ result: ExitTest.Result?, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  #expect(output.contains("Fatal error: \(message)\n"), "\(output)", sourceLocation: sourceLocation)
}

/// Runs `misuse` outside asynchronous code, and ends the process if it blocks instead of trapping.
private func attempt(_ misuse: () throws -> Void) rethrows {
  alarm(120)
  try misuse()
}

/// Misuse that traps in every build.
@Suite struct Misuse {
  @Test func aBodyThatReleasesTheLockOfWithLockTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try attempt {
        let lock = Lock()
        try lock.withLock { try lock.release() }
      }
    }
    expectTrap(result, "Lock: released by the body of withLock, which releases it itself")
  }
}

#if DEBUG || Diagnostics
  /// Misuse that traps where use is checked.
  @Suite struct CheckedMisuse {
    @Test func unlockingAnUnlockedRawMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          RawMutex().unlock()
        }
      }
      expectTrap(result, "RawMutex: unlocked although it is not locked")
    }

    @Test func unlockingARawMutexTwiceTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          let mutex = RawMutex()
          mutex.lock()
          mutex.unlock()
          mutex.unlock()
        }
      }
      expectTrap(result, "RawMutex: unlocked although it is not locked")
    }

    @Test func unlockingAnotherThreadsRawMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        try attempt {
          sharedMutex.lock()
          try TestThread { sharedMutex.unlock() }.join()
        }
      }
      expectTrap(result, "RawMutex: unlocked by a thread that did not lock it")
    }

    @Test func lockingARawMutexAgainTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          sharedMutex.lock()
          sharedMutex.lock()
        }
      }
      expectTrap(result, "RawMutex: locked again by the thread that holds it; it is not recursive")
    }

    @Test func nestingWithLockOfARawMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          sharedMutex.withLock { sharedMutex.withLock {} }
        }
      }
      expectTrap(result, "RawMutex: locked again by the thread that holds it; it is not recursive")
    }

    @Test func nestingWithLockOfAMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          let mutex = Mutex(0)
          mutex.withLock { _ in mutex.withLock { _ in } }
        }
      }
      expectTrap(result, "Mutex: locked again by the thread that holds it; it is not recursive")
    }

    @Test func nestingWithLockOfALockedTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          let locked = Locked(0)
          locked.withLock { _ in locked.withLock { _ in } }
        }
      }
      expectTrap(result, "Locked: locked again by the thread that holds it; it is not recursive")
    }

    @Test func destroyingAHeldRawMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          let mutex = RawMutex()
          mutex.lock()
        }
      }
      expectTrap(result, "RawMutex: destroyed while it is held or waited on")
    }

    @Test func destroyingAHeldMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          let storage = UnsafeMutablePointer<Mutex<Int>>.allocate(capacity: 1)
          unsafe storage.initialize(to: Mutex(0))
          unsafe storage.pointee.withLock { _ in _ = unsafe storage.deinitialize(count: 1) }
        }
      }
      expectTrap(result, "Mutex: destroyed while it is held or waited on")
    }

    @Test func destroyingAHeldLockedTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          let locked = unsafe Unmanaged.passRetained(Locked(0))
          unsafe locked._withUnsafeGuaranteedRef { $0.withLock { _ in unsafe locked.release() } }
        }
      }
      expectTrap(result, "Locked: destroyed while it is held or waited on")
    }

    @Test func assertOwnedOfAFreeRawMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        attempt {
          RawMutex().assertOwned()
        }
      }
      expectTrap(result, "RawMutex: not held by the calling thread, as assertOwned() demands")
    }

    @Test func assertOwnedOfAnotherThreadsRawMutexTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        try attempt {
          sharedMutex.lock()
          try TestThread { sharedMutex.assertOwned() }.join()
        }
      }
      expectTrap(result, "RawMutex: not held by the calling thread, as assertOwned() demands")
    }
  }
#else
  /// What misuse does where use is not checked.
  @Suite struct UncheckedMisuse {
    @Test func unlockingAnUnlockedRawMutexHasNoEffect() {
      let mutex = RawMutex()
      mutex.unlock()
      #expect(mutex.isLocked == false)
      let taken = mutex.lockIfAvailable()
      #expect(taken)
      mutex.unlock()
    }

    @Test func anUnlockFreesARawMutexWhoeverHoldsIt() throws {
      let box = Box()
      box.mutex.lock()
      try TestThread { box.mutex.unlock() }.join()
      #expect(box.mutex.isLocked == false)
    }

    @Test func lockingARawMutexAgainDeadlocks() throws {
      let box = Box()
      let thread = TestThread {
        box.mutex.lock()
        box.mutex.lock()
      }
      try waitUntilAsleep([thread.kernelID])
      box.mutex.unlock()
      try thread.join()
      #expect(box.mutex.isLocked == true)
    }

    @Test func assertOwnedDoesNothing() {
      RawMutex().assertOwned()
    }

    private final class Box: Sendable {
      let mutex = RawMutex()
    }
  }
#endif

/// What the checks must not take for misuse.
@Suite struct RightfulUse {
  @Test func assertOwnedHoldsForTheHolder() {
    let mutex = RawMutex()
    mutex.withLock { mutex.assertOwned() }
    let taken = mutex.lockIfAvailable()
    #expect(taken)
    mutex.assertOwned()
    mutex.unlock()
    let inTime = mutex.lockIfAvailable(within: .seconds(1))
    #expect(inTime)
    mutex.assertOwned()
    mutex.unlock()
  }

  @Test func manyMutexesMayBeHeldAndUnlockedInAnyOrder() {
    final class Box { let mutex = RawMutex() }
    let boxes = (0..<50).map { _ in Box() }
    for box in boxes { box.mutex.lock() }
    for box in boxes { box.mutex.assertOwned() }
    for box in boxes.shuffled() { box.mutex.unlock() }
    #expect(!boxes.contains { $0.mutex.isLocked })
  }

  @Test func aNewMutexAtTheAddressOfAFormerOneIsNotHeld() {
    let storage = UnsafeMutablePointer<RawMutex>.allocate(capacity: 1)
    for _ in 0..<10 {
      unsafe storage.initialize(to: RawMutex())
      unsafe storage.pointee.lock()
      unsafe storage.pointee.unlock()
      unsafe storage.deinitialize(count: 1)
    }
    unsafe storage.deallocate()
  }
}
