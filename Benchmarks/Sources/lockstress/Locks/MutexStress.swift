import FastLock

typealias MutexStress = ScopedStress<MutexName>

enum MutexName: ScopedLockName {
  typealias Lock = MutexBox
  static let name = "Mutex"
}

/// A mutex where its users keep it: in a class.
final class MutexBox: ScopedLock {
  private let mutex: Mutex<ScopedState>

  init(_ value: ScopedState) {
    mutex = Mutex(value)
  }

  func withLock<R: Sendable, E: Error>(_ body: (inout ScopedState) throws(E) -> R) throws(E) -> R {
    try mutex.withLock { state throws(E) in try body(&state) }
  }

  func withLockIfAvailable<R: Sendable>(_ body: (inout ScopedState) -> R) -> R? {
    mutex.withLockIfAvailable { body(&$0) }
  }

  func withLockIfAvailable<R: Sendable>(within limit: Duration, _ body: (inout ScopedState) -> R) -> R? {
    mutex.withLockIfAvailable(within: limit) { body(&$0) }
  }

  func withLockIfAvailable<R: Sendable>(
    until instant: ContinuousClock.Instant, _ body: (inout ScopedState) -> R
  ) -> R? {
    mutex.withLockIfAvailable(until: instant) { body(&$0) }
  }
}
