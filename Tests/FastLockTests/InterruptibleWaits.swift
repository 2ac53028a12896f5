import CTestSupport
import FastLock
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private struct Refusal: Error {}

@Suite struct InterruptibleWaits {
  @Test func aFreeLockIsAcquiredWithoutAsking() throws {
    let lock = Lock()
    var calls = 0
    #expect(lock.acquireInterruptibly { calls += 1 })
    #expect(calls == 0)
    #expect(lock.isLocked)
  }

  @Test func noTimeIsOneTryWithoutAsking() {
    let lock = Lock()
    lock.acquire()
    for timeout: Duration in [.zero, .seconds(-1), Duration(attoseconds: .min)] {
      var calls = 0
      #expect(!lock.acquireInterruptibly(timeout: timeout) { calls += 1 })
      #expect(calls == 0)
    }
  }

  @Test func theClosureRunsOnceBeforeTheFirstSleep() throws {
    let lock = Lock()
    lock.acquire()
    let waiter = TestThread {
      var calls = 0
      let taken = lock.acquireInterruptibly { calls += 1 }
      return taken ? calls : -1
    }
    try waitUntilAsleep([waiter.kernelID])
    try lock.release()
    #expect(try waiter.join() == 1)
  }

  @Test func whatItThrowsAtOnceEndsTheWaitWithoutTheLock() throws {
    let lock = Lock()
    lock.acquire()
    #expect(throws: Refusal.self) { try lock.acquireInterruptibly { () throws(Refusal) in throw Refusal() } }
    try lock.release()
    #expect(lock.acquire(blocking: false))
  }

  @Test func theTimeoutIsNeverCutShort() {
    let lock = Lock()
    lock.acquire()
    let start = monotonicNow()
    #expect(!lock.acquireInterruptibly(timeout: .milliseconds(25)) {})
    #expect(monotonicNow() - start >= .milliseconds(25))
  }

  @Test(arguments: [Duration.seconds(Int64.max), Duration(attoseconds: .max)])
  func aHugeTimeoutIsForEver(_ timeout: Duration) throws {
    let lock = Lock()
    lock.acquire()
    let waiter = TestThread { lock.acquireInterruptibly(timeout: timeout) {} }
    try waitUntilAsleep([waiter.kernelID])
    try lock.release()
    #expect(try waiter.join())
  }

  /// Each handler that runs ends a sleep, one installed with SA_RESTART too.
  @Test(arguments: TestSignal.allCases)
  func eachSignalIsAskedAbout(_ signal: TestSignal) throws {
    try signal.install()
    let lock = Lock()
    lock.acquire()
    let asked = SharedCount()
    let waiter = TestThread { lock.acquireInterruptibly { asked.add() } }
    for expected in 1...5 {
      try waitUntil("the closure to be asked") { asked.value >= expected }
      try waitUntilStarving([waiter.kernelID])
      #expect(asked.value == expected)
      try interrupt(waiter.kernelID, signal) { asked.value > expected }
    }
    #expect(!waiter.hasEnded)
    try lock.release()
    #expect(try waiter.join())
    #expect(asked.value == 6)
  }

  /// Again after a second without an answer: a signal that finds the thread awake, at one of its looks, is not asked about.
  private func interrupt(
    _ thread: KernelThreadID, _ signal: TestSignal, until isAnswered: () -> Bool
  ) throws {
    var next = monotonicNow()
    try waitUntil("the closure to be asked") {
      if monotonicNow() >= next {
        thread.signal(signal.number)
        next += .seconds(1)
      }
      return isAnswered()
    }
  }

  @Test(arguments: TestSignal.allCases)
  func whatTheClosureThrowsAfterASignalEndsTheWaitWithoutTheLock(_ signal: TestSignal) throws {
    try signal.install()
    let lock = Lock()
    lock.acquire()
    let waiter = TestThread {
      var calls = 0
      do throws(Refusal) {
        try lock.acquireInterruptibly { () throws(Refusal) in
          calls += 1
          if calls == 3 { throw Refusal() }
        }
      } catch {
        return calls
      }
      return 0
    }
    try waitUntil("the waiter to leave") {
      if waiter.kernelID.futexSleep != nil { waiter.kernelID.signal(signal.number) }
      return waiter.hasEnded
    }
    #expect(try waiter.join() == 3)
    #expect(lock.isLocked)
    try lock.release()
    #expect(lock.acquire(blocking: false))
  }

  @Test(arguments: TestSignal.allCases)
  func signalsDoNotStretchTheDeadline(_ signal: TestSignal) throws {
    try signal.install()
    let lock = Lock()
    lock.acquire()
    let limit = Duration.milliseconds(60)
    let waiter = TestThread {
      let start = monotonicNow()
      let taken = lock.acquireInterruptibly(timeout: limit) {}
      return taken ? .zero : monotonicNow() - start
    }
    // Were each sleep to last the whole limit again, the storm would keep it from ever ending.
    try waitUntil("the wait to end in a storm of signals") {
      waiter.kernelID.signal(signal.number)
      return waiter.hasEnded
    }
    #expect(try waiter.join() >= limit)
  }

  /// The main thread's waits, in a process that has its main thread for the purpose.
  @Test(arguments: [
    "interrupts-pending", "interrupt-asleep", "interrupt-others", "interrupt-race", "interruption-late",
    "interrupts-without-wakes", "interruptible-idle", "interruptible-place",
    "interruptible-place-late",
  ])
  func interruptsOfTheMainThread(_ scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }
}
