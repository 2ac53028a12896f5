import FastLock

/// A lock that owns its value and hands it out to closures.
protocol ScopedLock: AnyObject, Sendable {
  init(_ value: ScopedState)
  func withLock<R: Sendable, E: Error>(_ body: (inout ScopedState) throws(E) -> R) throws(E) -> R
  func withLockIfAvailable<R: Sendable>(_ body: (inout ScopedState) -> R) -> R?
  func withLockIfAvailable<R: Sendable>(within: Duration, _ body: (inout ScopedState) -> R) -> R?
  func withLockIfAvailable<R: Sendable>(
    until: ContinuousClock.Instant, _ body: (inout ScopedState) -> R
  ) -> R?
}

/// The value: part of it in place, part of it elsewhere.
struct ScopedState: Sendable {
  let guarded = Guarded()
  var count: UInt64 = 0
  var reference = Payload(stamp: 0)
  var array = Payload.array(stamp: 0, count: 1)

  mutating func update(by worker: Worker) {
    guarded.update(by: worker)
    count &+= 1
  }
}

enum ScopedOperation: String, CaseIterable, Sendable {
  case withLock, tryLock = "try", timed, until, throwing = "throwing body"
  case read = "read value", replace = "replace value"
}

final class ScopedStress<Name: ScopedLockName>: LockUnderStress {
  private let lock: Name.Lock
  private let guarded: Guarded

  static var name: String { Name.name }

  static func updates(_ operation: ScopedOperation) -> Bool {
    operation != .read && operation != .replace
  }

  init(_ environment: StressEnvironment) {
    let state = ScopedState()
    guarded = state.guarded
    lock = Name.Lock(state)
  }

  func perform(_ operation: ScopedOperation, by worker: Worker) -> Outcome {
    switch operation {
    case .withLock:
      lock.withLock { $0.update(by: worker) }
      return .performed
    case .tryLock:
      return Outcome(acquired: lock.withLockIfAvailable { $0.update(by: worker) } != nil)
    case .timed:
      return worker.timed { limit in lock.withLockIfAvailable(within: limit) { $0.update(by: worker) } != nil
      }
    case .until:
      return worker.timedUntil { instant in
        lock.withLockIfAvailable(until: instant) { $0.update(by: worker) } != nil
      }
    case .throwing:
      do {
        try lock.withLock { state throws(BodyError) in
          state.update(by: worker)
          throw BodyError()
        }
        worker.violated("withLock swallowed its body's error")
      } catch {}
      return .performed
    case .read:
      worker.check(lock.withLock { $0.reference })
      worker.check(lock.withLock { $0.array })
      return .performed
    case .replace:
      let stamp = worker.random.next()
      let array = Payload.array(stamp: stamp, count: 1 + worker.random.below(8))
      lock.withLock {
        $0.reference = Payload(stamp: stamp)
        $0.array = array
      }
      return .performed
    }
  }

  func pass(_ patience: Patience) -> Bool {
    switch patience {
    case .none: lock.withLockIfAvailable { _ in } != nil
    case .limited(let limit): lock.withLockIfAvailable(within: limit) { _ in } != nil
    case .unlimited: lock.withLock { _ in true }
    }
  }

  func discrepancies(updates: UInt64) -> [String] {
    var found = guarded.discrepancies(updates: updates)
    guard let count = lock.withLockIfAvailable({ $0.count }) else {
      return found + ["pristine word: a try fails although nobody uses the lock"]
    }
    if count != updates { found.append("mutual exclusion: \(updates) updates left the value at \(count)") }
    return found
  }

  /// There is no other way to ask.
  var isLocked: Bool { !pass(.none) }
  var holderIndex: Int? { guarded.holderIndex }
}

protocol ScopedLockName {
  associatedtype Lock: ScopedLock
  static var name: String { get }
}

private struct BodyError: Error {}
