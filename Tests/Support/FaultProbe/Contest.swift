import FastLock
import Synchronization
import TestSupport

/// Threads that compete for one lock in every way of taking it, until they are told to stop.
final class Contest {
  private static let threadCount = 4

  let lock: any AnyLock
  let threads: [TestThread<Void>]
  private let tallies: [Tally]
  private let arena: Arena

  /// Returns once every thread has had to wait for the lock.
  init(for lock: any AnyLock) throws {
    let tallies = (0..<Self.threadCount).map { _ in Tally() }
    let arena = Arena(lock)
    self.lock = lock
    self.tallies = tallies
    self.arena = arena
    threads = try lock.withLock {
      let threads = tallies.indices.map { index in
        TestThread { arena.compete(tallies[index], seed: UInt64(index)) }
      }
      var unseen = threads.map(\.kernelID)
      try waitUntil("every thread to wait for the lock") {
        unseen.removeAll { $0.futexSleep != nil }
        return unseen.isEmpty
      }
      return threads
    }
  }

  /// Waits until every thread has completed some more operations.
  func waitForProgress() throws {
    let leastOperations = 25
    let goals = tallies.map { $0.operations.load(ordering: .relaxed) + leastOperations }
    try waitUntil("progress of every thread") {
      zip(tallies, goals).allSatisfy { $0.operations.load(ordering: .relaxed) >= $1 }
    }
  }

  /// Stops the threads; returns how many operations they completed and what was lost: increments, waits that ended
  /// early, the lock itself.
  func end() throws -> (survived: Int, lost: Int) {
    arena.isOver.store(true, ordering: .relaxed)
    for thread in threads { try thread.join() }
    func sum(_ count: (Tally) -> Int) -> Int { tallies.map(count).reduce(0, +) }
    let missing = sum { $0.acquisitions.load(ordering: .relaxed) } - arena.counter.value
    return (
      sum { $0.operations.load(ordering: .relaxed) },
      abs(missing) + sum { $0.earlyEnds.load(ordering: .relaxed) } + (lock.isTaken ? 1 : 0)
    )
  }
}

/// Has threads compete for a lock of each kind, one kind after the other, and tells how they survived `fault`.
///
/// `prepare` runs before the threads start; `disturb` runs while they compete, and returns how often it injected the fault.
func contend(
  under fault: String, preparing prepare: () throws -> Void = {}, _ disturb: (Contest) throws -> Int
) throws {
  for kind in LockKind.allCases {
    let start = monotonicNow()
    try prepare()
    let contest = try Contest(for: kind.make())
    try contest.waitForProgress()
    let injected = try disturb(contest)
    try contest.waitForProgress()
    let (survived, lost) = try contest.end()
    tell("\(fault):\(kind)", injected: injected, survived: survived, lost: lost, since: start)
  }
}

/// What the threads of a contest share.
private final class Arena: Sendable {
  let isOver = Atomic(false)
  let counter = UnprotectedCounter()
  private let lock: any AnyLock

  init(_ lock: any AnyLock) {
    self.lock = lock
  }

  func compete(_ tally: Tally, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    repeat {
      // Now and then the holder keeps the lock until the others sleep.
      let isLong = Int.random(in: 0..<16, using: &random) == 0
      let body = { self.counter.add(after: isLong ? .microseconds(50) : .zero) }
      // The first operation is to be one that waits for as long as it takes.
      let isFirst = tally.operations.load(ordering: .relaxed) == 0
      let limit = Duration.microseconds(.random(in: 1...500, using: &random))
      let start = monotonicNow()
      var isInTime = true
      let taken: Bool
      switch isFirst ? 0 : Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        lock.withLock(body)
        taken = true
      case 2:
        taken = lock.withLockIfAvailable(body) != nil
      case 3:
        taken = lock.withLockIfAvailable(within: limit, body) != nil
        isInTime = taken || monotonicNow() - start >= limit
      default:
        taken = lock.withLockInterruptibly(within: limit, body) != nil
        isInTime = taken || monotonicNow() - start >= limit
      }
      tally.add(taken: taken, isInTime: isInTime)
    } while !isOver.load(ordering: .relaxed)
  }
}

/// What one thread of a contest has done.
private final class Tally: Sendable {
  let operations = Atomic(0)
  let acquisitions = Atomic(0)
  let earlyEnds = Atomic(0)

  func add(taken: Bool, isInTime: Bool) {
    if taken { acquisitions.add(1, ordering: .relaxed) }
    if !isInTime { earlyEnds.add(1, ordering: .relaxed) }
    operations.add(1, ordering: .relaxed)
  }
}

extension AnyLock {
  /// An interruptible wait that goes on after each interruption, where the lock has one; otherwise a timed wait.
  fileprivate func withLockInterruptibly<R>(within limit: Duration, _ body: () -> R) -> R? {
    guard let box = self as? LockBox else { return withLockIfAvailable(within: limit, body) }
    return box.lock.acquireInterruptibly(timeout: limit, onInterrupt: {}) ? box.releasing(body) : nil
  }
}

/// A counter that loses increments unless a lock protects it.
final class UnprotectedCounter: @unchecked Sendable {
  private(set) var value = 0

  /// Reads, lets the time pass, and writes.
  func add(after pause: Duration = .zero) {
    let former = value
    if pause > .zero { nap(pause) }
    value = former + 1
  }
}
