import TestSupport
import Testing
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct ThreadLocalTests {
  @Test func eachThreadHasItsOwnValue() throws {
    let made = Locked(0)
    let local = ThreadLocal {
      made.withLock { $0 += 1 }
      return 0
    }
    let sums = try runTogether(4) { index in
      for _ in 0..<100 { local.withValue { $0 += index } }
      return local.withValue { $0 }
    }
    #expect(sums == [0, 100, 200, 300])
    #expect(made.withLock { $0 } == 4)
  }

  @Test func aValueIsMadeOnFirstUseOnly() throws {
    let made = Locked(0)
    let local = ThreadLocal { made.withLock { $0 += 1 } }
    let thread = JoinableThread {}
    try thread.start()
    try thread.join()
    #expect(made.withLock { $0 } == 0)
    _ = local
  }

  @Test func aThreadsEndDestroysItsValues() throws {
    // Also the threads of others, and values whose object is gone.
    let ends = Locked<[UInt]>([])
    let identities = try runTogether(3) { _ in
      let local = ThreadLocal { Witness { ends.withLock { $0.append(ThreadID.current.rawValue) } } }
      local.withValue { _ in }
      return ThreadID.current.rawValue
    }
    #expect(Set(ends.withLock { $0 }) == Set(identities))
    #expect(ends.withLock { $0.count } == 3)
  }

  @Test func aValueMadeByADyingValueIsDestroyedToo() throws {
    let ends = Locked(0)
    let inner = ThreadLocal { Witness { ends.withLock { $0 += 1 } } }
    let outer = ThreadLocal {
      Witness {
        ends.withLock { $0 += 1 }
        inner.withValue { _ in }
      }
    }
    let thread = JoinableThread { outer.withValue { _ in } }
    try thread.start()
    try thread.join()
    #expect(ends.withLock { $0 } == 2)
  }

  @Test func aNewObjectNeverFindsTheValueOfAnother() throws {
    for value in 0..<1000 {
      let local = ThreadLocal { value }
      #expect(local.withValue { $0 } == value)
    }
  }

  @Test func passesErrorsOn() {
    struct Failure: Error {}
    let local = ThreadLocal { 1 }
    #expect(throws: Failure.self) { try local.withValue { _ throws(Failure) in throw Failure() } }
    #expect(local.withValue { $0 } == 1)
  }

  @Test func overlappingUseTraps() async throws {
    let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let local = ThreadLocal { 1 }
      local.withValue { _ in local.withValue { _ in } }
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("ThreadLocal: withValue called from within withValue or makeValue"))
  }

  /// Regression: where use is checked, a mutex that was locked in a thread's life was taken for another thread's.
  @Test func aValueMayUnlockAMutexAsItIsDestroyed() async {
    await #expect(processExitsWith: .success) { try unlockAsThreadsEnd() }
  }
}

private final class SharedMutex: Sendable {
  let raw = RawMutex()
}

/// In a thread of others, whose end is not the library's affair, and in one of ours.
private func unlockAsThreadsEnd() throws {
  let mutexes = (0..<2).map { _ in SharedMutex() }
  let locals = mutexes.map { mutex in ThreadLocal { Witness { mutex.raw.unlock() } } }
  try TestThread {
    mutexes[0].raw.lock()
    locals[0].withValue { _ in }
  }.join()
  let thread = JoinableThread {
    mutexes[1].raw.lock()
    locals[1].withValue { _ in }
  }
  try thread.start()
  try thread.join()
  guard !mutexes.contains(where: { $0.raw.isLocked }) else { exit(EXIT_FAILURE) }
}
