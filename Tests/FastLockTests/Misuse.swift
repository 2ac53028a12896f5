import CTestSupport
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

  /// A table of what is held, which grows and has its holes filled, must not lose one.
  @Test(arguments: [3, 15, 17, 200])
  func mutexesMayBeLockedAndUnlockedInAnyOrder(_ count: Int) {
    final class Box { let mutex = RawMutex() }
    let boxes = (0..<count).map { _ in Box() }
    var held: Set<Int> = []
    var random = SplitMix64(seed: UInt64(count))
    for _ in 0..<20_000 {
      let index = Int.random(in: 0..<count, using: &random)
      if held.remove(index) != nil {
        boxes[index].mutex.unlock()
      } else {
        boxes[index].mutex.lock()
        held.insert(index)
      }
      held.randomElement(using: &random).map { boxes[$0].mutex.assertOwned() }
    }
    for index in held { boxes[index].mutex.unlock() }
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

  /// Others may have made their keys earlier or later than the library, and a destructor that sets its value again runs
  /// in the next round, of which there are four. ThreadSanitizer forgets a thread before the last, in which the set of a
  /// mutex that was unlocked in the third goes.
  @Test(arguments: 1...(test_has_thread_sanitizer() ? 2 : 4))
  func aMutexMayBeUnlockedAsItsThreadEnds(_ round: Int) async {
    await #expect(processExitsWith: .success) { [round] in
      try attempt {
        let key = try EndOfThread.makeKey()
        let end = EndOfThread(round: round)
        try TestThread {
          end.mutexes.dropFirst().forEach { $0.lock() }
          try end.runAsCallerEnds(key)
        }.join()
        guard end.mutexes.allSatisfy({ !$0.isLocked }) else { exit(EXIT_FAILURE) }
      }
    }
  }

  /// Regression: what it cost to unlock a mutex grew with the number of those that the thread held.
  @Test func theCostOfACheckDoesNotGrowWithTheNumberOfMutexesHeld() throws {
    final class Box { let mutex = RawMutex() }
    let count = 20_000
    /// The CPU time for `count` pairs, of which so many are held at once.
    func time(holding held: Int) -> Duration {
      let boxes = (0..<held).map { _ in Box() }
      let began = threadCPUTime()
      for _ in 0..<count / held {
        for box in boxes { box.mutex.lock() }
        for box in boxes { box.mutex.unlock() }
      }
      return threadCPUTime() - began
    }
    let few = time(holding: 10)
    let many = time(holding: count)
    #expect(many < few * 10, "\(few), \(many)")
  }
}

/// What a client does when a thread of it ends, by a key of pthreads.
private final class EndOfThread: @unchecked Sendable {
  final class Held: Sendable {
    private let mutex = RawMutex()
    func lock() { mutex.lock() }
    func unlock() { mutex.unlock() }
    var isLocked: Bool { mutex.isLocked }
  }

  let mutexes = [Held(), Held(), Held()]
  private let round: Int
  private var rounds = 0
  private var key = pthread_key_t()

  /// In this round of destructors all is unlocked.
  init(round: Int) {
    self.round = round
  }

  static func makeKey() throws -> pthread_key_t {
    var key = pthread_key_t()
    let failure = unsafe pthread_key_create(&key) { value in
      guard let value = unsafe value else { return }
      let end = unsafe Unmanaged<EndOfThread>.fromOpaque(value).takeRetainedValue()
      do { try end.run() } catch { exit(EXIT_FAILURE) }
    }
    guard failure == 0 else { throw POSIXFailure(errno: failure) }
    return key
  }

  func runAsCallerEnds(_ key: pthread_key_t) throws {
    self.key = key
    let failure = unsafe pthread_setspecific(key, Unmanaged.passRetained(self).toOpaque())
    guard failure == 0 else { throw POSIXFailure(errno: failure) }
  }

  private func run() throws {
    rounds += 1
    if rounds == 1 { mutexes[0].lock() }
    guard rounds == round else { return try runAsCallerEnds(key) }
    mutexes.forEach { $0.unlock() }
  }

  private struct POSIXFailure: Error {
    let errno: CInt
  }
}
