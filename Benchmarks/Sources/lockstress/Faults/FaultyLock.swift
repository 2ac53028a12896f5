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
  /// In the order in which they came.
  private nonisolated(unsafe) var waiters: [Waiter] = []
  private nonisolated(unsafe) var wasContended = false
  private let tickets = Atomic<UInt64>(0)
  /// For which ``turn`` all sleepers were woken last.
  private nonisolated(unsafe) var turnOfAll: UInt32 = 0

  private struct Waiter {
    let ticket: UInt64
    let start: UInt64
  }

  /// Who has waited for so many nanoseconds, and goes first, is not overtaken.
  private static let patience: UInt64 = 1_000_000
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
    let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
    while true {
      switch Monitor.isAlone ? attemptAlone(until: deadline) : attempt(ticket, until: deadline) {
      case .acquired: return true
      case .gaveUp: return false
      case .sleep(let seen): stress_futex_wait(turn, seen, deadline)
      }
    }
  }

  private enum Attempt {
    case acquired, gaveUp
    /// For as long as ``turn`` is that.
    case sleep(UInt32)
  }

  private func attempt(_ ticket: UInt64, until deadline: UInt64) -> Attempt {
    monitor.locked {
      let now = stress_now()
      if !waiters.contains(where: { $0.ticket == ticket }) {
        waiters.append(Waiter(ticket: ticket, start: now))
      }
      if !isHeld, mayAcquire(ticket, at: now) {
        isHeld = true
        waiters.removeAll { $0.ticket == ticket }
        return .acquired
      }
      if isHeld { wasContended = true } else { wakeFirst() }
      guard now < deadline else {
        waiters.removeAll { $0.ticket == ticket }
        return .gaveUp
      }
      return .sleep(turn.pointee)
    }
  }

  /// The wake-up of this turn may have reached another than the one that goes first.
  private func wakeFirst() {
    guard turnOfAll != turn.pointee else { return }
    turnOfAll = turn.pointee
    stress_futex_wake(turn, .max)
  }

  private func mayAcquire(_ ticket: UInt64, at now: UInt64) -> Bool {
    guard let first = fault == .starvation ? waiters.last : waiters.first else { return true }
    return first.ticket == ticket || now - first.start < Self.patience
  }

  /// In the child of a fork, where the waiters do not exist.
  private func attemptAlone(until deadline: UInt64) -> Attempt {
    if fault == .stuckAfterFork, deadline == .max { return .sleep(turn.pointee) }
    if !isHeld || fault == .takenAfterFork && deadline > 0 {
      isHeld = true
      return .acquired
    }
    return stress_now() < deadline ? .sleep(turn.pointee) : .gaveUp
  }

  private func free() -> Bool {
    if fault == .noExclusion { return true }
    let wakes = monitor.locked { () -> Bool? in
      turn.pointee &+= 1
      let isFaulty = turn.pointee.isMultiple(of: Self.faultInterval)
      guard isHeld else { return fault == .surplusRelease && isFaulty ? false : nil }
      isHeld = false
      return !Monitor.isAlone && !waiters.isEmpty && !(fault == .lostWakeup && isFaulty)
    }
    guard let wakes else { return false }
    if wakes { stress_futex_wake(turn, 1) }
    return true
  }
}
