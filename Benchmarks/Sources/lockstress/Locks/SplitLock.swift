/// A lock whose holder locks and unlocks in separate calls.
protocol SplitLock: AnyObject, Sendable {
  init(_ environment: StressEnvironment)
  func lock()
  func unlock()
  func lockIfAvailable() -> Bool
  func lockIfAvailable(within: Duration) -> Bool
  func lockIfAvailable(until: ContinuousClock.Instant) -> Bool
  func withLock<R>(_ body: () -> R) -> R
  var isLocked: Bool { get }

  /// Called when nobody uses the lock: what is wrong with it, as far as only this lock can tell.
  func discrepancies() -> [String]
}

enum SplitOperation: String, CaseIterable, Sendable {
  case lock, tryLock = "try", timed, until, withLock
  case read = "read value", replace = "replace value"

  var updates: Bool { self != .read && self != .replace }
}

/// The part of the stress that all such locks share.
struct SplitStress<Lock: SplitLock>: Sendable {
  let lock: Lock
  let guarded = Guarded()

  func perform(_ operation: SplitOperation, by worker: Worker) -> Outcome {
    switch operation {
    case .lock:
      lock.lock()
      return updateAndUnlock(worker)
    case .tryLock:
      guard lock.lockIfAvailable() else { return .refused }
      return updateAndUnlock(worker)
    case .timed:
      guard worker.timed({ lock.lockIfAvailable(within: $0) }) == .performed else { return .refused }
      return updateAndUnlock(worker)
    case .until:
      guard worker.timedUntil({ lock.lockIfAvailable(until: $0) }) == .performed else { return .refused }
      return updateAndUnlock(worker)
    case .withLock:
      lock.withLock { guarded.update(by: worker) }
      return .performed
    case .read:
      worker.check(lock.withLock { guarded.reference })
      lock.lock()
      let array = guarded.array
      lock.unlock()
      worker.check(array)
      return .performed
    case .replace:
      lock.withLock { guarded.replaceValues(by: worker) }
      return .performed
    }
  }

  func pass(_ patience: Patience) -> Bool {
    switch patience {
    case .none: guard lock.lockIfAvailable() else { return false }
    case .limited(let limit): guard lock.lockIfAvailable(within: limit) else { return false }
    case .unlimited: lock.lock()
    }
    lock.unlock()
    return true
  }

  private func updateAndUnlock(_ worker: Worker) -> Outcome {
    guarded.update(by: worker)
    lock.unlock()
    return .performed
  }

  func discrepancies(updates: UInt64) -> [String] {
    var found = guarded.discrepancies(updates: updates)
    if lock.isLocked { found.append("pristine word: isLocked although nobody uses the lock") }
    guard lock.lockIfAvailable() else {
      return found + ["pristine word: a try fails although nobody uses the lock"]
    }
    lock.unlock()
    return found + lock.discrepancies()
  }
}
