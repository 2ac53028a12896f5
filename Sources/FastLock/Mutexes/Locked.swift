/// A ``Mutex`` with reference semantics: to capture in closures, to copy around, to share between objects.
///
/// - Size: one allocation, of the object; a reference to it is one word.
/// - Everything else, fairness too, is as for ``Mutex``.
@_fixed_layout
public final class Locked<Value>: Sendable {
  @usableFromInline
  let mutex: Mutex<Value>

  /// Creates an unlocked value.
  @inlinable
  public init(_ initialValue: sending Value) {
    mutex = Mutex(initialValue)
  }

  #if DEBUG || Diagnostics
    @inlinable
    deinit {
      UseChecks.willDestroy(isInUse: unsafe MutexLock.isInUse(mutex.mutex.word.address), "Locked")
    }
  #endif

  /// Runs `body` on the value while holding the lock, waiting for it for as long as it takes.
  ///
  /// Not recursive: calling it on the same object from `body` deadlocks, and traps where use is checked.
  @inlinable @inline(__always)
  public func withLock<R: ~Copyable, E: Error>(
    _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R {
    try mutex.withLock(as: "Locked", body)
  }

  /// Runs `body` as ``withLock(_:)`` does if the lock is free.
  ///
  /// - Returns: what `body` returned, or nil, without a system call, if the lock was taken. Never nil
  ///   spuriously.
  @inlinable @inline(__always)
  public func withLockIfAvailable<R: ~Copyable, E: Error>(
    _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R? {
    guard mutex.mutex.lockIfAvailable() else { return nil }
    return try mutex.runAndUnlock(as: "Locked", body)
  }

  /// Runs `body` as ``withLock(_:)`` does unless the lock stays taken for longer than `limit`.
  ///
  /// - Parameters:
  ///   - limit: as for ``Mutex``.
  ///   - body: what to do with the value.
  /// - Returns: what `body` returned, or nil if the lock was not to be had.
  /// - Throws: what `body` threw.
  @inlinable
  public func withLockIfAvailable<R: ~Copyable, E: Error>(
    within limit: Duration, _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R? {
    guard mutex.mutex.lockIfAvailable(within: limit) else { return nil }
    return try mutex.runAndUnlock(as: "Locked", body)
  }

  /// Runs `body` as ``withLock(_:)`` does unless the lock stays taken until after `instant`.
  ///
  /// - Parameters:
  ///   - instant: as for ``Mutex``.
  ///   - body: what to do with the value.
  /// - Returns: what `body` returned, or nil if the lock was not to be had.
  /// - Throws: what `body` threw.
  @inlinable
  public func withLockIfAvailable<R: ~Copyable, E: Error>(
    until instant: ContinuousClock.Instant, _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R? {
    guard mutex.mutex.lockIfAvailable(until: instant) else { return nil }
    return try mutex.runAndUnlock(as: "Locked", body)
  }
}
