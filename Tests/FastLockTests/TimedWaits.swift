import FastLock
import TestSupport
import Testing

@Suite struct TimedWaits {
  private static let limits: [Duration] = [
    .nanoseconds(1), Duration(attoseconds: 1), .microseconds(1), .milliseconds(1), .microseconds(20_500),
  ]

  @Test(arguments: LockKind.allCases, limits)
  func aWaitIsNeverCutShort(_ kind: LockKind, _ limit: Duration) throws {
    let lock = kind.make()
    try lock.withLock {
      let waiter = TestThread {
        let start = monotonicNow()
        let isTaken = lock.isTaken(for: limit)
        return isTaken ? monotonicNow() - start : .zero
      }
      let waited = try waiter.join()
      #expect(waited >= limit)
    }
  }

  @Test(arguments: limits)
  func aWaitUntilAnInstantIsNeverCutShort(_ limit: Duration) throws {
    let raw = RawMutex()
    raw.lock()
    let mutex = Mutex(0)
    let locked = Locked(0)
    mutex.withLock { _ in
      locked.withLock { _ in
        let first = ContinuousClock.now.advanced(by: limit)
        let rawTaken = raw.lockIfAvailable(until: first)
        #expect(!rawTaken && .now >= first)
        let second = ContinuousClock.now.advanced(by: limit)
        let value = mutex.withLockIfAvailable(until: second) { $0 }
        #expect(value == nil && .now >= second)
        let third = ContinuousClock.now.advanced(by: limit)
        let lockedValue = locked.withLockIfAvailable(until: third) { $0 }
        #expect(lockedValue == nil && .now >= third)
      }
    }
    raw.unlock()
  }

  @Test func aPastInstantIsOneTry() {
    let past: [ContinuousClock.Instant] = [
      .now, .now.advanced(by: .seconds(-1)), .now.advanced(by: .seconds(Int64.min / 2)),
    ]
    for instant in past {
      let raw = RawMutex()
      let whenFree = raw.lockIfAvailable(until: instant)
      let whenHeld = raw.lockIfAvailable(until: instant)
      #expect(whenFree && !whenHeld)
      raw.unlock()
      let value = Mutex(1).withLockIfAvailable(until: instant) { $0 }
      #expect(value == 1)
      #expect(Locked(1).withLockIfAvailable(until: instant) { $0 } == 1)
    }
  }

  /// Durations that no kernel and no 64 bits can hold.
  private static let farLimits: [Duration] = [
    .seconds(Int64.max), .seconds(Int64.max / 2), Duration(attoseconds: .max), .seconds(1_000_000_000_000),
    .nanoseconds(Int64.max),
  ]

  @Test(arguments: LockKind.allCases, farLimits)
  func aHugeLimitIsForEver(_ kind: LockKind, _ limit: Duration) throws {
    let lock = kind.make()
    let waiter = try lock.withLock {
      let waiter = TestThread { lock.isTaken(for: limit) }
      try waitUntilAsleep([waiter.kernelID])
      return waiter
    }
    #expect(try !waiter.join(), "the lock was taken once it was free")
  }

  @Test(arguments: LockKind.allCases, [Duration.seconds(Int64.min), Duration(attoseconds: .min)])
  func anExtremelyNegativeLimitIsOneTry(_ kind: LockKind, _ limit: Duration) {
    let lock = kind.make()
    #expect(!lock.isTaken(for: limit))
    lock.withLock { #expect(lock.isTaken(for: limit)) }
  }

  @Test func aFarInstantIsForEver() throws {
    let box = Box()
    for distance: Duration in [.seconds(1_000_000_000), .seconds(Int64.max / 2)] {
      let instant = ContinuousClock.now.advanced(by: distance)
      let waiter = try box.mutex.withLock { _ in
        let waiter = TestThread { box.mutex.withLockIfAvailable(until: instant) { $0 } }
        try waitUntilAsleep([waiter.kernelID])
        return waiter
      }
      #expect(try waiter.join() == 5)
    }
  }

  private final class Box: Sendable {
    let mutex = Mutex(5)
  }

  @Test(arguments: LockKind.allCases)
  func aWaiterTakesALockThatIsFreedInTime(_ kind: LockKind) throws {
    let lock = kind.make()
    let waiter = try lock.withLock {
      let waiter = TestThread { lock.withLockIfAvailable(within: hangLimit) { 9 } }
      try waitUntilAsleep([waiter.kernelID])
      return waiter
    }
    #expect(try waiter.join() == 9)
  }

  /// Regression: time-outs on the wall clock. The kernel is asked to wait by CLOCK_MONOTONIC; also for a wait without a
  /// limit, which looks at the lock now and then.
  @Test(arguments: LockKind.allCases)
  func aSleepIsPrivateAndMeasuredByTheMonotonicClock(_ kind: LockKind) throws {
    let lock = kind.make()
    let timed = KernelSleep { lock.withLockIfAvailable(within: hangLimit) {} }
    let untimed = KernelSleep { lock.withLock {} }
    let (first, second) = try lock.withLock {
      (try timed.start { _ in true }, try untimed.start(until: \.isStarving))
    }
    for sleep in [first, second] {
      #expect(sleep.isPrivate)
      #expect(!sleep.usesWallClock)
    }
    #expect(first.hasTimeout && second.hasTimeout)
    #expect(first.address == second.address)
    try timed.join()
    try untimed.join()
  }

  /// A thread that is seen asleep in a futex wait.
  private final class KernelSleep {
    private let body: @Sendable () -> Void
    private var thread: TestThread<Void>?

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }

    /// Returns its first sleep that meets a condition.
    func start(until condition: (FutexSleep) -> Bool) throws -> FutexSleep {
      let thread = TestThread(body)
      self.thread = thread
      var sleep: FutexSleep?
      try waitUntil("the thread to fall asleep") {
        sleep = thread.kernelID.futexSleep
        return sleep.map(condition) ?? false
      }
      return try #require(sleep)
    }

    func join() throws { try thread?.join() }
  }
}
