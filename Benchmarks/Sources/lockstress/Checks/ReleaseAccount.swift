import FastLock
import Synchronization

/// A lock without owner that is released more often than it is acquired.
protocol ReleasableLock: AnyObject, Sendable {
  func acquire(timeout: Duration) -> Bool
  func release() throws(LockError)
  var isLocked: Bool { get }
}

extension Lock: ReleasableLock {}

/// Counts that each acquire was answered by one release that succeeded, and all other releases failed.
///
/// The lock protects nothing: a release too many may free it from under its holder.
final class ReleaseAccount<Lock: ReleasableLock>: Sendable {
  private let lock: Lock
  private let acquires = Atomic<Int>(0)
  private let releases = Atomic<Int>(0)

  init(_ lock: Lock) {
    self.lock = lock
  }

  /// One acquire that may fail, and one release more than that.
  func acquireAndReleaseOnceTooOften(_ worker: Worker) -> Outcome {
    if lock.acquire(timeout: worker.randomShortLimit()) {
      acquires.wrappingAdd(1, ordering: .relaxed)
      worker.dwell()
      release()
    }
    return release() ? .performed : .refused
  }

  @discardableResult
  private func release() -> Bool {
    do {
      try lock.release()
      releases.wrappingAdd(1, ordering: .relaxed)
      return true
    } catch {
      return false
    }
  }

  /// When nobody uses the lock.
  func discrepancies() -> [String] {
    let acquires = acquires.load(ordering: .relaxed)
    let releases = releases.load(ordering: .relaxed)
    let isHeld = lock.isLocked
    if isHeld, acquires == releases {
      return ["pristine word: isLocked although as many releases as acquires, \(acquires), succeeded"]
    }
    var found: [String] = []
    if acquires - releases != (isHeld ? 1 : 0) {
      found.append(
        "surplus release: \(acquires) acquires and \(releases) successful releases left the lock "
          + (isHeld ? "locked" : "unlocked"))
    }
    if isHeld, !release() { found.append("surplus release: a locked lock refused its release") }
    if release() { found.append("surplus release: an unlocked lock accepted a release") }
    if lock.isLocked { found.append("surplus release: a refused release locked the lock") }
    return found
  }
}
