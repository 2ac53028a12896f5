import CStressSupport
import FastLock
import Synchronization

/// A lock that is slow, simple and, but for its fault, right.
final class FaultyLock: SplitLock, ReleasableLock {
  private let fault: Fault?
  private let monitor = Monitor()
  /// Counts the calls that free the lock. A sleeper waits for it to change, as the sleepers of sound locks do: a
  /// signal ends that wait.
  private nonisolated(unsafe) let turn = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
  private nonisolated(unsafe) var isHeld = false
  private nonisolated(unsafe) var sleepers = 0
  private nonisolated(unsafe) var wasContended = false

  /// One in so many calls goes wrong where not each one does.
  private static let faultInterval: UInt32 = 16

  init(_ environment: StressEnvironment) {
    fault = environment.fault
    turn.initialize(to: 0)
  }

  deinit {
    turn.deallocate()
  }

  func lock() {
    _ = acquire(until: .max)
  }

  func unlock() {
    _ = free()
  }

  func lockIfAvailable() -> Bool {
    acquire(until: 0)
  }

  func lockIfAvailable(within limit: Duration) -> Bool {
    let limit = limit.wholeNanoseconds
    let (deadline, overflows) = stress_now().addingReportingOverflow(
      fault == .earlyTimeout ? limit / 2 : limit)
    return acquire(until: overflows ? .max : deadline)
  }

  func lockIfAvailable(until instant: ContinuousClock.Instant) -> Bool {
    lockIfAvailable(within: ContinuousClock.now.duration(to: instant))
  }

  func withLock<R>(_ body: () -> R) -> R {
    lock()
    defer { unlock() }
    return body()
  }

  func acquire(timeout: Duration) -> Bool {
    lockIfAvailable(within: timeout)
  }

  func release() throws(LockError) {
    guard free() else { throw .notLocked }
  }

  var isLocked: Bool {
    monitor.locked { isHeld || (fault == .dirtyWord && wasContended) }
  }

  func discrepancies() -> [String] { [] }

  private func acquire(until deadline: UInt64) -> Bool {
    if fault == .noExclusion { return true }
    var wasAsleep = false
    while true {
      switch attempt(until: deadline, wasAsleep: wasAsleep) {
      case .acquired: return true
      case .gaveUp: return false
      case .sleep(let seen):
        stress_futex_wait(turn, seen, deadline)
        wasAsleep = true
      }
    }
  }

  private enum Attempt {
    case acquired, gaveUp
    /// For as long as ``turn`` is that.
    case sleep(UInt32)
  }

  private func attempt(until deadline: UInt64, wasAsleep: Bool) -> Attempt {
    if fault == .stuckAfterFork, Monitor.isAlone, deadline == .max { return .sleep(turn.pointee) }
    return monitor.locked {
      if wasAsleep { sleepers -= 1 }
      guard isHeld else {
        isHeld = true
        return .acquired
      }
      wasContended = true
      if fault == .takenAfterFork, Monitor.isAlone, deadline > 0 { return .acquired }
      guard stress_now() < deadline else { return .gaveUp }
      sleepers += 1
      return .sleep(turn.pointee)
    }
  }

  private func free() -> Bool {
    if fault == .noExclusion { return true }
    let wakes = monitor.locked { () -> Bool? in
      turn.pointee &+= 1
      let isFaulty = turn.pointee.isMultiple(of: Self.faultInterval)
      guard isHeld else { return fault == .surplusRelease && isFaulty ? false : nil }
      isHeld = false
      return sleepers > 0 && !(fault == .lostWakeup && isFaulty)
    }
    guard let wakes else { return false }
    if wakes { stress_futex_wake(turn) }
    return true
  }
}
