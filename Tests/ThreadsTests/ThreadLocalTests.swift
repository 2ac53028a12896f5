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

  @Test func anObjectsEndDestroysTheValueOfTheThreadThatDropsIt() throws {
    let ends = Locked<[UInt]>([])
    let identities = try runTogether(3) { _ in
      for _ in 0..<100 {
        let local = ThreadLocal { Witness { ends.withLock { $0.append(ThreadID.current.rawValue) } } }
        local.withValue { _ in }
      }
      // The threads still run.
      return (ThreadID.current.rawValue, ends.withLock { $0 })
    }
    for (identity, ends) in identities { #expect(ends.count { $0 == identity } == 100) }
  }

  @Test func otherThreadsDestroyTheirValuesWhenTheyNextUseAny() throws {
    let ends = Locked<[UInt]>([])
    let another = ThreadLocal { 0 }
    let dropped = Locked<ThreadLocal<Witness>?>(
      ThreadLocal { Witness { ends.withLock { $0.append(ThreadID.current.rawValue) } } })
    let used = StartGate(parties: 4)
    let gone = StartGate(parties: 4)
    let threads = (0..<3).map { _ in
      TestThread {
        dropped.withLock { $0 }?.withValue { _ in }
        used.pass()
        gone.pass()
        let before = ends.withLock { $0.count { $0 == ThreadID.current.rawValue } }
        another.withValue { $0 += 1 }
        return (before, ends.withLock { $0.count { $0 == ThreadID.current.rawValue } })
      }
    }
    used.pass()
    dropped.withLock { $0 = nil }
    gone.pass()
    for thread in threads { #expect(try thread.join() == (0, 1)) }
    #expect(ends.withLock { $0.count } == 3)
  }

  @Test func objectsThatComeAndGoLeaveNothing() throws {
    let living = Locked(0)
    let current = Locked<ThreadLocal<Witness>?>(nil)
    // Two threads replace the object by turns, and both have a value of each.
    let made = (0..<1000).map { _ in StartGate(parties: 2) }
    let used = (0..<1000).map { _ in StartGate(parties: 2) }
    let most = try runTogether(2) { index in
      var most = 0
      for round in 0..<1000 {
        if index == round % 2 {
          current.withLock {
            $0 = ThreadLocal {
              living.withLock { $0 += 1 }
              return Witness { living.withLock { $0 -= 1 } }
            }
          }
        }
        made[round].pass()
        current.withLock { $0 }?.withValue { _ in }
        most = max(most, living.withLock { $0 })
        used[round].pass()
      }
      return most
    }
    // Of the object that exists, and of the last one where a thread has yet to look.
    #expect(most.allSatisfy { (1...4).contains($0) }, "\(most)")
  }

  /// Threads that use, replace and end, so that objects end in the middle of all else.
  @Test func valuesAreDestroyedOnceAndOnTheirThreads() throws {
    let made = Locked(0)
    let wrong = Locked(0)
    let destroyed = Locked(0)
    let makeLocal: @Sendable () -> ThreadLocal<Witness> = {
      ThreadLocal {
        made.withLock { $0 += 1 }
        let thread = ThreadID.current
        return Witness {
          destroyed.withLock { $0 += 1 }
          if thread != .current { wrong.withLock { $0 += 1 } }
        }
      }
    }
    let locals = (0..<5).map { _ in Locked(makeLocal()) }
    _ = try runTogether(4) { index in
      for round in 0..<50 {
        try TestThread {
          var random = SplitMix64(seed: UInt64(1000 * index + round))
          for _ in 0..<100 {
            let local = locals[Int.random(in: 0..<5, using: &random)]
            if Bool.random(using: &random) {
              local.withLock { $0 }.withValue { _ in }
            } else {
              local.withLock { $0 = makeLocal() }
            }
          }
        }.join()
      }
    }
    #expect(wrong.withLock { $0 } == 0)
    #expect(made.withLock { $0 } == destroyed.withLock { $0 })
    #expect(made.withLock { $0 } > 1000)
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
