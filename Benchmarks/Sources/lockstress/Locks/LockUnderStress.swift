/// A kind of lock, with what can be done to it and what must hold then. To stress another kind, write one file
/// that conforms to this and add it to ``allLocks``.
///
/// An instance is used by all threads for one or more rounds. After each round nobody uses it, and it is
/// checked.
protocol LockUnderStress: AnyObject, Sendable {
  /// The raw values are names for the report. In a round any subset of them may be all that is done: each must
  /// end without help from another.
  associatedtype Operation: RawRepresentable, CaseIterable, Sendable where Operation.RawValue == String

  /// As the user of `--locks` writes it.
  static var name: String { get }

  /// Whether all that `operation` does is to take this very lock, once, if it is to be had, and to make an update that
  /// dwells inside. There is at least one such operation. Nothing else is done where all sections are to be long.
  static func updates(_ operation: Operation) -> Bool

  init(_ environment: StressEnvironment)

  /// Does `operation` once. What is broken is reported to `worker`.
  func perform(_ operation: Operation, by worker: Worker) -> Outcome

  /// Takes the lock, leaves alone what it guards, and frees it again; false if the lock was not to be had.
  func pass(_ patience: Patience) -> Bool

  /// In the child of a fork: frees the lock, which a thread that does not exist there has locked. Returns whether
  /// that went well; nil of a lock that only that thread can free.
  func openAfterFork(_ random: inout RandomSource) -> Bool?

  /// Called when nobody uses the lock: what is wrong, if it was used for `updates` calls of
  /// ``Guarded/enter(_:)``.
  func discrepancies(updates: UInt64) -> [String]

  /// For the report of a hang, while others use the lock.
  var isLocked: Bool { get }
  var holderIndex: Int? { get }
}

extension LockUnderStress {
  func openAfterFork(_ random: inout RandomSource) -> Bool? { nil }
}

/// How long an operation waits for its lock.
enum Patience: Sendable {
  case none
  case limited(Duration)
  case unlimited
}

/// How an operation ended.
enum Outcome: Int, CaseIterable, Sendable {
  case performed
  /// A try that failed, a time-out, an error.
  case refused
  /// An interruptible wait that an interrupt ended.
  case interrupted

  init(acquired: Bool) {
    self = acquired ? .performed : .refused
  }
}

/// Every lock that is stressed, unless `--locks` says otherwise.
let allLocks: [any LockUnderStress.Type] = [
  MutexStress.self, RawMutexStress.self, LockedStress.self, LockStress.self,
]
