import FastLock

typealias LockedStress = ScopedStress<LockedName>

enum LockedName: ScopedLockName {
  typealias Lock = LockedBox
  static let name = "Locked"
}

/// Its own signatures are more general than the stress needs.
final class LockedBox: ScopedLock {
  private let locked: Locked<ScopedState>

  init(_ value: ScopedState) {
    locked = Locked(value)
  }

  func withLock<R: Sendable, E: Error>(_ body: (inout ScopedState) throws(E) -> R) throws(E) -> R {
    try locked.withLock { state throws(E) in try body(&state) }
  }

  func withLockIfAvailable<R: Sendable>(_ body: (inout ScopedState) -> R) -> R? {
    locked.withLockIfAvailable { body(&$0) }
  }

  func withLockIfAvailable<R: Sendable>(within limit: Duration, _ body: (inout ScopedState) -> R) -> R? {
    locked.withLockIfAvailable(within: limit) { body(&$0) }
  }

  func withLockIfAvailable<R: Sendable>(
    until instant: ContinuousClock.Instant, _ body: (inout ScopedState) -> R
  ) -> R? {
    locked.withLockIfAvailable(until: instant) { body(&$0) }
  }
}
