import CStressSupport

/// Takes the place of all other locks when a fault is injected.
final class FaultyLockStress: LockUnderStress {
  private let stress: SplitStress<FaultyLock>
  private let account: ReleaseAccount<FaultyLock>
  private let fault: Fault?

  static let name = "FaultyLock"

  enum Operation: String, CaseIterable, Sendable {
    case lock, tryLock = "try", timed, until, withLock
    case surplusRelease = "surplus release"
    case freedByNextOwner = "freed by its next owner"
    case read = "read value"
  }

  static func updates(_ operation: Operation) -> Bool {
    switch operation {
    case .lock, .tryLock, .timed, .until, .withLock: true
    case .surplusRelease, .freedByNextOwner, .read: false
    }
  }

  init(_ environment: StressEnvironment) {
    stress = SplitStress(lock: FaultyLock(environment))
    account = ReleaseAccount(FaultyLock(environment))
    fault = environment.fault
  }

  func perform(_ operation: Operation, by worker: Worker) -> Outcome {
    switch operation {
    case .lock: return stress.perform(.lock, by: worker)
    case .tryLock: return stress.perform(.tryLock, by: worker)
    case .timed: return stress.perform(.timed, by: worker)
    case .until: return stress.perform(.until, by: worker)
    case .withLock: return stress.perform(.withLock, by: worker)
    // Without exclusion the account would be the first to differ.
    case .surplusRelease where fault == .noExclusion: return .refused
    case .surplusRelease: return account.acquireAndReleaseOnceTooOften(worker)
    case .freedByNextOwner:
      guard fault == .lateWrite else { return .refused }
      FreedByNextOwner<LateWritingLock>.run(worker)
      return .performed
    case .read:
      let value = Payload(stamp: worker.random.next())
      if fault == .deadValue { value.die() }
      worker.check(value)
      return .performed
    }
  }

  func pass(_ patience: Patience) -> Bool { stress.pass(patience) }

  func discrepancies(updates: UInt64) -> [String] {
    stress.discrepancies(updates: updates) + (fault == .noExclusion ? [] : account.discrepancies())
  }

  var isLocked: Bool { stress.lock.isLocked }
  var holderIndex: Int? { stress.guarded.holderIndex }
}
