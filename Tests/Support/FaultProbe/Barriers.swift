@_spi(Measurement) import FastLock
import TestSupport

/// A mutex whose word can be looked at.
private final class WatchedMutex: Sendable {
  private let mutex = RawMutex()

  var word: UInt32 {
    unsafe withUnsafeBytes(of: mutex) { unsafe $0.load(as: UInt32.self) }
  }

  func withLock<R>(_ body: () throws -> R) rethrows -> R {
    mutex.lock()
    defer { mutex.unlock() }
    return try body()
  }

  /// Lets threads sleep at the mutex, then makes more pairs than it takes to leave contended mode.
  func contendAndCalmDown() throws {
    let sleepers = try mutex.withLock {
      let sleepers = (0..<4).map { _ in TestThread { self.mutex.withLock {} } }
      try waitUntilAsleep(sleepers.map(\.kernelID))
      return sleepers
    }
    for sleeper in sleepers { try sleeper.join() }
    for _ in 0..<2_000 { mutex.withLock {} }
  }
}

/// Contention where each mutex that meets some issues one process barrier.
func issuedBarriers() throws {
  for count in 1...3 {
    let mutex = WatchedMutex()
    try mutex.contendAndCalmDown()
    check(mutex.word == 0, "contended mode has ended")
    check(ProcessBarrier.count == count, "one barrier for each mutex")
  }
}

/// Contention where all process barriers are refused: mutexes work, stay in contended mode, and may be destroyed so.
func refusedBarriers() throws {
  let mutex = WatchedMutex()
  for _ in 0..<3 {
    try mutex.contendAndCalmDown()
    check(mutex.word == MutexWord.symmetric | MutexWord.kept, "contended mode is kept")
  }
  for kind in LockKind.allCases {
    let lock = kind.make()
    for _ in 0..<2 { try checkWorks(lock) }
    check(!lock.isTaken, "it is free")
  }
  check(ProcessBarrier.count == 0, "no barrier was issued")
}

/// Waiters where all process barriers are refused, and the lock is held for long: they do not look at it again and again
/// for ever.
func idlenessWithoutBarriers() throws {
  let waiterCount = 20
  let mutex = WatchedMutex()
  let (waiters, sleeps) = try mutex.withLock {
    let waiters = (0..<waiterCount).map { _ in TestThread { mutex.withLock {} } }
    try waitUntilStarving(waiters.map(\.kernelID))
    check(mutex.word & MutexWord.unconfirmed != 0, "the barrier was refused")
    func sleepCount() -> Int { waiters.reduce(0) { $0 + ($1.kernelID.sleepCount ?? 0) } }
    nap(.milliseconds(300))
    let before = sleepCount()
    nap(.seconds(2))
    return (waiters, sleepCount() - before)
  }
  for waiter in waiters { try waiter.join() }
  check(ProcessBarrier.count == 0, "no barrier was issued")
  report("\(sleeps / waiterCount) sleeps of each")
  // Each looks after as long again as it has starved: at 0.5, 1 and 2 s.
  check(sleeps < 10 * waiterCount, "they sleep ever longer")
}

/// Contention where the system says at times that the process is not registered, until it is registered again: what
/// locks meet that were loaded late, or come back from a checkpoint.
func barriersOfAProcessThatIsNotRegistered() throws {
  let faults = InjectedFaults(["membarrier=EPERM/3"])
  faults.turn(true)
  for count in 1...6 {
    let mutex = WatchedMutex()
    try mutex.contendAndCalmDown()
    check(mutex.word == 0, "nobody took it for a refusal")
    check(ProcessBarrier.count == count, "the barrier was issued")
  }
  // Two barriers at the first attempt; then each fails, the registration succeeds, and so does the second attempt.
  check(faults.injected == 4, "and not always at the first attempt")
}
