import CStressSupport
import FastLock
import Synchronization

/// A lock that is slow, simple and, but for its fault, right.
final class FaultyLock: SplitLock, ReleasableLock {
  private let fault: Fault?
  private let monitor = Monitor()
  private nonisolated(unsafe) var isHeld = false
  private nonisolated(unsafe) var sleepers = 0
  private nonisolated(unsafe) var wasContended = false
  private nonisolated(unsafe) var turn = 0

  /// One in so many calls goes wrong where not each one does.
  private static let faultInterval = 16

  init(_ environment: StressEnvironment) {
    fault = environment.fault
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
    return monitor.locked {
      while isHeld {
        wasContended = true
        if deadline != .max, stress_now() >= deadline { return false }
        sleepers += 1
        if deadline == .max { monitor.wait() } else { monitor.wait(until: deadline) }
        sleepers -= 1
      }
      isHeld = true
      return true
    }
  }

  private func free() -> Bool {
    if fault == .noExclusion { return true }
    return monitor.locked {
      turn += 1
      let isFaulty = turn.isMultiple(of: Self.faultInterval)
      guard isHeld else { return fault == .surplusRelease && isFaulty }
      isHeld = false
      if sleepers > 0, !(fault == .lostWakeup && isFaulty) { monitor.wakeOne() }
      return true
    }
  }
}
