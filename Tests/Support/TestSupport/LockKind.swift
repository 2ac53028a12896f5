package import FastLock

/// The locks of FastLock, for what holds for all of them.
package enum LockKind: String, CaseIterable, Sendable {
  case rawMutex, mutex, locked, lock

  /// A new lock of this kind.
  package func make() -> any AnyLock {
    switch self {
    case .rawMutex: RawMutexBox()
    case .mutex: MutexBox()
    case .locked: LockedBox()
    case .lock: LockBox()
    }
  }
}

/// What all locks can do.
package protocol AnyLock: AnyObject, Sendable {
  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R
  func withLockIfAvailable<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R?
  func withLockIfAvailable<R, E: Error>(
    within limit: Duration, _ body: () throws(E) -> R
  ) throws(E) -> R?
}

extension AnyLock {
  /// Whether a try fails. Takes the lock for a moment if it does not.
  package var isTaken: Bool { withLockIfAvailable {} == nil }

  /// As ``isTaken``, waiting for at most `limit`.
  package func isTaken(for limit: Duration) -> Bool { withLockIfAvailable(within: limit) {} == nil }
}

private final class RawMutexBox: AnyLock {
  private let mutex = RawMutex()

  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    try mutex.withLock(body)
  }

  func withLockIfAvailable<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R? {
    guard mutex.lockIfAvailable() else { return nil }
    defer { mutex.unlock() }
    return try body()
  }

  func withLockIfAvailable<R, E: Error>(
    within limit: Duration, _ body: () throws(E) -> R
  ) throws(E) -> R? {
    guard mutex.lockIfAvailable(within: limit) else { return nil }
    defer { mutex.unlock() }
    return try body()
  }
}

private final class MutexBox: AnyLock {
  private let mutex = Mutex(())

  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    try mutex.withLock { (_) throws(E) in try body() }
  }

  func withLockIfAvailable<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R? {
    try mutex.withLockIfAvailable { (_) throws(E) in try body() }
  }

  func withLockIfAvailable<R, E: Error>(
    within limit: Duration, _ body: () throws(E) -> R
  ) throws(E) -> R? {
    try mutex.withLockIfAvailable(within: limit) { (_) throws(E) in try body() }
  }
}

private final class LockedBox: AnyLock {
  private let locked = Locked(())

  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    try locked.withLock { (_) throws(E) in try body() }
  }

  func withLockIfAvailable<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R? {
    try locked.withLockIfAvailable { (_) throws(E) in try body() }
  }

  func withLockIfAvailable<R, E: Error>(
    within limit: Duration, _ body: () throws(E) -> R
  ) throws(E) -> R? {
    try locked.withLockIfAvailable(within: limit) { (_) throws(E) in try body() }
  }
}

/// Whoever has it can do with the lock inside what only a ``Lock`` can.
package final class LockBox: AnyLock {
  package let lock = Lock()

  package func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    try lock.withLock(body)
  }

  package func withLockIfAvailable<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R? {
    guard lock.acquire(blocking: false) else { return nil }
    return try releasing(body)
  }

  package func withLockIfAvailable<R, E: Error>(
    within limit: Duration, _ body: () throws(E) -> R
  ) throws(E) -> R? {
    guard lock.acquire(timeout: limit) else { return nil }
    return try releasing(body)
  }

  /// Runs `body` with the lock acquired already.
  package func releasing<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    defer {
      do { try lock.release() } catch { preconditionFailure("a held lock could not be released") }
    }
    return try body()
  }
}
