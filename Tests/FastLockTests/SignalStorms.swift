import CTestSupport
import FastLock
import TestSupport
import Testing

/// Threads that use locks while signals rain on them.
@Suite struct SignalStorms {
  private static let leastSignals: UInt64 = 50

  /// Runs `body` in threads, each until it has handled enough signals, and returns what it returned.
  private func storm<Value: Sendable>(
    _ signal: TestSignal, threads count: Int,
    _ body: @escaping @Sendable (_ index: Int, _ goesOn: () -> Bool) -> Value
  ) throws -> [Value] {
    try signal.install()
    let threads = (0..<count).map { index in
      TestThread { body(index) { test_counted_signals() < Self.leastSignals } }
    }
    try waitUntil("the storm to pass") {
      for thread in threads where !thread.hasEnded { thread.kernelID.signal(signal.number) }
      return threads.allSatisfy(\.hasEnded)
    }
    return try threads.map { try $0.join() }
  }

  @Test(arguments: LockKind.allCases, TestSignal.allCases)
  func blockingUseIsUndisturbed(_ kind: LockKind, _ signal: TestSignal) throws {
    let lock = kind.make()
    let cell = UnprotectedInt()
    let counts = try storm(signal, threads: 3) { _, goesOn in
      var count = 0
      repeat {
        lock.withLock {
          let value = cell.value
          // Long enough for the others to sleep, interrupted while they do.
          nap(.microseconds(200))
          cell.value = value + 1
        }
        count += 1
      } while goesOn()
      return count
    }
    #expect(cell.value == counts.reduce(0, +))
    #expect(!lock.isTaken)
  }

  @Test(arguments: LockKind.allCases, TestSignal.allCases)
  func timedWaitsLastTheirLimit(_ kind: LockKind, _ signal: TestSignal) throws {
    let lock = kind.make()
    let limit = Duration.milliseconds(10)
    let shortest = try lock.withLock {
      try storm(signal, threads: 2) { _, goesOn in
        var shortest = limit
        repeat {
          let start = monotonicNow()
          guard lock.isTaken(for: limit) else { return Duration.zero }
          shortest = min(shortest, monotonicNow() - start)
        } while goesOn()
        return shortest
      }
    }
    #expect(shortest == [limit, limit])
  }

  @Test(arguments: LockKind.allCases, TestSignal.allCases)
  func uncontendedUseIsUndisturbed(_ kind: LockKind, _ signal: TestSignal) throws {
    let refused = try storm(signal, threads: 1) { _, goesOn in
      let lock = kind.make()
      var refused = 0
      repeat {
        if lock.isTaken { refused += 1 }
        lock.withLock {}
      } while goesOn()
      return refused
    }
    #expect(refused == [0])
  }

  /// Every way of taking a lock at once, and an interruptible wait that each signal interrupts.
  @Test(arguments: ["restart", "no-restart"])
  func competitionIsUndisturbed(_ handlers: String) throws {
    let probe = try runProbe("signals", handlers)
    #expect(probe.shortcomings(faults: LockKind.allCases.count + 1, injected: 300, survived: 300) == [])
  }
}
