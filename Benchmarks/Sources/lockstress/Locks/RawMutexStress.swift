import FastLock

final class RawMutexStress: LockUnderStress {
  private let stress: SplitStress<RawMutexBox>

  static let name = "RawMutex"

  static func updates(_ operation: SplitOperation) -> Bool { operation.updates }

  init(_ environment: StressEnvironment) {
    stress = SplitStress(lock: RawMutexBox(environment))
  }

  func perform(_ operation: SplitOperation, by worker: Worker) -> Outcome {
    stress.perform(operation, by: worker)
  }

  func pass(_ patience: Patience) -> Bool { stress.pass(patience) }
  func discrepancies(updates: UInt64) -> [String] { stress.discrepancies(updates: updates) }
  var isLocked: Bool { stress.lock.isLocked }
  var holderIndex: Int? { stress.guarded.holderIndex }
}

/// A mutex where its users keep it: in a class.
final class RawMutexBox: SplitLock {
  private let mutex = RawMutex()

  /// The number of uncontended pairs within which the word is back at zero after contention, as RawMutex documents it.
  private static let pairsUntilPristine = 257

  init(_ environment: StressEnvironment) {}

  func lock() { mutex.lock() }
  func unlock() { mutex.unlock() }
  func lockIfAvailable() -> Bool { mutex.lockIfAvailable() }
  func lockIfAvailable(within limit: Duration) -> Bool { mutex.lockIfAvailable(within: limit) }
  func lockIfAvailable(until instant: ContinuousClock.Instant) -> Bool {
    mutex.lockIfAvailable(until: instant)
  }
  func withLock<R>(_ body: () -> R) -> R { mutex.withLock(body) }
  var isLocked: Bool { mutex.isLocked }

  func discrepancies() -> [String] {
    for _ in 0..<Self.pairsUntilPristine where word != 0 {
      mutex.lock()
      mutex.unlock()
    }
    return word == 0 ? [] : ["pristine word: \(word) after \(Self.pairsUntilPristine) uncontended pairs"]
  }

  /// The mutex is its word. Nobody else may be using it.
  private var word: UInt32 {
    withUnsafePointer(to: mutex) { UnsafeRawPointer($0).load(as: UInt32.self) }
  }
}
