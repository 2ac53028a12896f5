import FastLock

/// `Lock`: all that a mutex can do, and what only a lock without owner can.
final class LockStress: LockUnderStress {
  private let lock = Lock()
  private let guarded = Guarded()
  private let account = ReleaseAccount(Lock())

  static let name = "Lock"

  enum Operation: String, CaseIterable, Sendable {
    case acquire, tryAcquire = "try", timed, withLock, interruptible
    case releasedByAnother = "released by another thread"
    case surplusRelease = "surplus release"
    case freedByNextOwner = "freed by its next owner"
    case read = "read value", replace = "replace value"
  }

  static func updates(_ operation: Operation) -> Bool {
    switch operation {
    case .acquire, .tryAcquire, .timed, .withLock, .interruptible, .releasedByAnother: true
    case .surplusRelease, .freedByNextOwner, .read, .replace: false
    }
  }

  init(_ environment: StressEnvironment) {}

  func perform(_ operation: Operation, by worker: Worker) -> Outcome {
    switch operation {
    case .acquire:
      lock.acquire()
      return updateAndRelease(worker)
    case .tryAcquire:
      guard lock.acquire(blocking: false) else { return .refused }
      return updateAndRelease(worker)
    case .timed:
      guard worker.timed({ lock.acquire(timeout: $0) }) == .performed else { return .refused }
      return updateAndRelease(worker)
    case .withLock:
      lock.withLock { guarded.update(by: worker) }
      return .performed
    case .interruptible:
      let outcome = acquireInterruptibly(worker)
      return outcome == .performed ? updateAndRelease(worker) : outcome
    case .releasedByAnother:
      lock.acquire()
      guarded.enter(worker)
      worker.environment.helpers.submit(for: worker) { [self] helper in
        helper.dwell()
        guarded.leave(helper)
        release(helper)
      }
      worker.isInside = false
      return .performed
    case .surplusRelease:
      return account.acquireAndReleaseOnceTooOften(worker)
    case .freedByNextOwner:
      FreedByNextOwner<Lock>.run(worker)
      return .performed
    case .read:
      worker.check(lock.withLock { guarded.reference })
      lock.acquire()
      let array = guarded.array
      release(worker)
      worker.check(array)
      return .performed
    case .replace:
      lock.withLock { guarded.replaceValues(by: worker) }
      return .performed
    }
  }

  /// Half of the waits have a limit; half of them end at some interrupt.
  private func acquireInterruptibly(_ worker: Worker) -> Outcome {
    let givesUp = worker.random.oneIn(2)
    func onInterrupt() throws(Interrupt) {
      if givesUp, worker.random.oneIn(4) { throw Interrupt() }
    }
    do {
      if worker.random.oneIn(2) {
        return Outcome(acquired: try lock.acquireInterruptibly(onInterrupt: onInterrupt))
      }
      return try worker.timed { limit throws(Interrupt) in
        try lock.acquireInterruptibly(timeout: limit, onInterrupt: onInterrupt)
      }
    } catch {
      return .interrupted
    }
  }

  private func updateAndRelease(_ worker: Worker) -> Outcome {
    guarded.update(by: worker)
    release(worker)
    return .performed
  }

  private func release(_ worker: Worker) {
    if !isReleased() { worker.violated("release of a held lock failed") }
  }

  func pass(_ patience: Patience) -> Bool {
    switch patience {
    case .none: guard lock.acquire(blocking: false) else { return false }
    case .limited(let limit): guard lock.acquire(timeout: limit) else { return false }
    case .unlimited: lock.acquire()
    }
    return isReleased()
  }

  func openAfterFork(_ random: inout RandomSource) -> Bool? {
    if random.oneIn(2) { return isReleased() }
    lock.reinitializeAfterFork()
    return true
  }

  private func isReleased() -> Bool {
    do { try lock.release() } catch { return false }
    return true
  }

  func discrepancies(updates: UInt64) -> [String] {
    var found = guarded.discrepancies(updates: updates)
    if lock.isLocked { found.append("pristine word: isLocked although nobody uses the lock") }
    guard lock.acquire(blocking: false) else {
      return found + ["pristine word: a try fails although nobody uses the lock"]
    }
    if !lock.isLocked { found.append("isLocked is false of a lock that was acquired") }
    if lock.acquire(blocking: false) { found.append("mutual exclusion: a lock was acquired twice") }
    if !isReleased() { found.append("release of a held lock failed") }
    return found + account.discrepancies()
  }

  var isLocked: Bool { lock.isLocked }
  var holderIndex: Int? { guarded.holderIndex }
}

private struct Interrupt: Error {}
