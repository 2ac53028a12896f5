import FastLock
import TestSupport
import Testing

@Suite struct Contention {
  private static let threads = 4
  private static let rounds = 2_000

  /// Every thread is seen asleep before the race begins.
  @Test(arguments: LockKind.allCases)
  func noIncrementIsLost(_ kind: LockKind) throws {
    let lock = kind.make()
    let cell = UnprotectedInt()
    let threads = try lock.withLock {
      let threads = (0..<Self.threads).map { _ in
        TestThread {
          for round in 0..<Self.rounds {
            lock.withLock { increment(cell, round) }
          }
        }
      }
      try waitUntilAsleep(threads.map(\.kernelID))
      return threads
    }
    for thread in threads { try thread.join() }
    #expect(cell.value == Self.threads * Self.rounds)
    #expect(!lock.isTaken)
  }

  /// Every thread is seen asleep before the race begins.
  @Test func valuesUnderAMutexAreProtected() throws {
    let locked = Locked([Int]())
    let box = MutexBox()
    let threads = try locked.withLock { _ in
      let threads = (0..<Self.threads).map { index in
        TestThread {
          for round in 0..<500 {
            locked.withLock { $0.append(index * 500 + round) }
            box.mutex.withLock { counts in counts[index, default: 0] += 1 }
          }
        }
      }
      try waitUntilAsleep(threads.map(\.kernelID))
      return threads
    }
    for thread in threads { try thread.join() }
    #expect(locked.withLock { Set($0).count } == Self.threads * 500)
    let counts = box.mutex.withLock { $0 }
    #expect(counts == Dictionary(uniqueKeysWithValues: (0..<Self.threads).map { ($0, 500) }))
  }

  private final class MutexBox: Sendable {
    let mutex = Mutex([Int: Int]())
  }

  /// Blocking waits, timed ones and tries compete; whatever was taken was taken alone. Every thread
  /// is seen asleep before the race begins.
  @Test(arguments: LockKind.allCases)
  func everyWayOfTakingTheLockExcludesEveryOther(_ kind: LockKind) throws {
    let lock = kind.make()
    let cell = UnprotectedInt()
    let threads = try lock.withLock {
      let threads = (0..<Self.threads).map { index in
        TestThread {
          guard !lock.isTaken(for: hangLimit) else { return Int.min }
          var random = SplitMix64(seed: UInt64(index))
          return (0..<1_000).count { round in take(lock, &random) { increment(cell, round) } }
        }
      }
      try waitUntilAsleep(threads.map(\.kernelID))
      return threads
    }
    let taken = try threads.map { try $0.join() }
    #expect(cell.value == taken.reduce(0, +))
    #expect(!lock.isTaken)
  }

  /// Regression: a wake-up lost to a waiter that timed out at the moment of the release. The blocking waiters would
  /// sleep for ever.
  @Test(arguments: LockKind.allCases)
  func noWakeUpIsLostToAWaiterThatGivesUp(_ kind: LockKind) throws {
    let lock = kind.make()
    for round in 0..<150 {
      let threads = try lock.withLock {
        let threads = (0..<3).map { index in
          TestThread {
            // Some limits end while the lock is held, some just as it is released.
            guard index > 0 else { return lock.withLock {} }
            _ = lock.withLockIfAvailable(within: .microseconds(20 + round % 50 * 10)) {}
          }
        }
        try waitUntil("the blocking waiter to sleep") {
          threads[0].kernelID.futexSleep != nil
        }
        return threads
      }
      for thread in threads { try thread.join() }
    }
    #expect(!lock.isTaken)
  }

  /// Rule: all sleepers get their turn by one release each.
  @Test(arguments: LockKind.allCases)
  func eachSleeperWakesTheNext(_ kind: LockKind) throws {
    let lock = kind.make()
    for _ in 0..<20 {
      let sleepers = try lock.withLock {
        let sleepers = (0..<6).map { _ in TestThread { lock.withLock {} } }
        try waitUntilAsleep(sleepers.map(\.kernelID))
        return sleepers
      }
      for sleeper in sleepers { try sleeper.join() }
      #expect(!lock.isTaken)
    }
  }

  /// As many pairs after contention as the documentation of RawMutex says.
  @Test func theWordIsZeroAgainAfterContention() throws {
    let pairsAfterContention = 257

    final class Box: Sendable {
      let raw = RawMutex()
      let mutex = Mutex(0)
    }
    let box = Box()
    let sleepers = try box.raw.withLock {
      try box.mutex.withLock { _ in
        let sleepers = (0..<4).map { index in
          TestThread { index % 2 == 0 ? box.raw.withLock {} : box.mutex.withLock { $0 += 1 } }
        }
        try waitUntilAsleep(sleepers.map(\.kernelID))
        return sleepers
      }
    }
    for sleeper in sleepers { try sleeper.join() }
    for _ in 0..<pairsAfterContention {
      box.raw.withLock {}
      box.mutex.withLock { _ in }
    }
    #expect(lockWord(of: box.raw) == 0)
    #expect(lockWord(of: box.mutex) == 0)
  }
}

/// Takes the lock in one of three ways; returns whether it was taken.
private func take(_ lock: any AnyLock, _ random: inout SplitMix64, _ body: () -> Void) -> Bool {
  switch Int.random(in: 0..<3, using: &random) {
  case 0:
    lock.withLock(body)
    return true
  case 1:
    return lock.withLockIfAvailable(body) != nil
  default:
    let limit = Duration.microseconds(.random(in: 0...50, using: &random))
    return lock.withLockIfAvailable(within: limit, body) != nil
  }
}

/// One step of a count that a lock protects. Now and then the holder lets others run into the taken lock.
private func increment(_ cell: UnprotectedInt, _ round: Int) {
  let value = cell.value
  if round % 64 == 0 { nap(.microseconds(20)) }
  cell.value = value + 1
}
