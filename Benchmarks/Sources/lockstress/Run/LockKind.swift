/// A type of ``allLocks``, seen from outside.
struct LockKind: Sendable {
  let name: String
  let operations: [String]
  /// Those of ``LockUnderStress/updates(_:)``, as indices.
  let updatingOperations: [Int]
  /// Among the kinds of this run.
  let index: Int
  private let make: @Sendable (LockKind, Int, StressEnvironment) -> LockInstance

  init<Lock: LockUnderStress>(_ type: Lock.Type, index: Int = 0) {
    name = type.name
    operations = Lock.Operation.allCases.map(\.rawValue)
    updatingOperations = Lock.Operation.allCases.enumerated().filter { Lock.updates($1) }.map(\.offset)
    self.index = index
    make = { kind, index, environment in
      LockInstance(Lock(environment), kind: kind, index: index)
    }
  }

  func makeInstance(index: Int, _ environment: StressEnvironment) -> LockInstance {
    make(self, index, environment)
  }
}

/// One lock, used by all threads.
final class LockInstance: Sendable {
  let kind: LockKind
  /// Among the locks of its round.
  let index: Int
  let perform: @Sendable (_ operation: Int, Worker) -> Outcome
  let lock: any LockUnderStress

  init<Lock: LockUnderStress>(_ lock: Lock, kind: LockKind, index: Int) {
    self.kind = kind
    self.index = index
    self.lock = lock
    let operations = Array(Lock.Operation.allCases)
    perform = { lock.perform(operations[$0], by: $1) }
  }

  var name: String { "\(kind.name) #\(index)" }
  var isLocked: Bool { lock.isLocked }
  var holderIndex: Int? { lock.holderIndex }

  func discrepancies(updates: UInt64) -> [String] {
    lock.discrepancies(updates: updates)
  }
}
