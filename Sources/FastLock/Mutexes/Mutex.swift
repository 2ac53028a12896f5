/// A mutual exclusion lock that owns the value it protects.
///
/// The shape is SE-0433's: code that uses `Synchronization.Mutex` migrates by changing its import.
///
/// ```swift
/// final class Counter: Sendable {
///   private let count = Mutex(0)
///   func increment() -> Int {
///     count.withLock { $0 += 1; return $0 }
///   }
/// }
/// ```
///
/// - Size: 4 bytes and the value, aligned as the value is; no allocation.
/// - Fairness: a waiter that has waited for 1 ms is served in order, as with ``RawMutex``.
/// - Everything else is as for ``RawMutex``.
@frozen
@_staticExclusiveOnly
public struct Mutex<Value: ~Copyable>: ~Copyable {
  @usableFromInline
  let mutex: RawMutex
  @usableFromInline
  let cell: Cell<Value>

  /// Creates an unlocked mutex that owns `initialValue`.
  @inlinable
  public init(_ initialValue: consuming sending Value) {
    mutex = RawMutex()
    cell = Cell(initialValue)
  }

  #if DEBUG || Diagnostics
    @inlinable
    deinit {
      UseChecks.willDestroy(isInUse: unsafe MutexLock.isInUse(mutex.word.address), "Mutex")
    }
  #endif

  /// Runs `body` on the value while holding the mutex, waiting for it for as long as it takes.
  ///
  /// Not recursive: calling it on the same mutex from `body` deadlocks, and traps where use is checked.
  @inlinable @inline(__always)
  public borrowing func withLock<R: ~Copyable, E: Error>(
    _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R {
    try withLock(as: "Mutex", body)
  }

  /// Runs `body` as ``withLock(_:)`` does if the mutex is free.
  ///
  /// - Returns: what `body` returned, or nil, without a system call, if the mutex was locked. Never nil
  ///   spuriously.
  @inlinable @inline(__always)
  public borrowing func withLockIfAvailable<R: ~Copyable, E: Error>(
    _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R? {
    guard mutex.lockIfAvailable() else { return nil }
    return try runAndUnlock(as: "Mutex", body)
  }

  /// Runs `body` as ``withLock(_:)`` does unless the mutex stays taken for longer than `limit`.
  ///
  /// - Parameters:
  ///   - limit: measured by the monotonic clock from this call. Zero or less means one try; what lies beyond
  ///     some 292 years means for ever. The wait is never cut short.
  ///   - body: what to do with the value.
  /// - Returns: what `body` returned, or nil if the mutex was not to be had.
  /// - Throws: what `body` threw.
  @inlinable
  public borrowing func withLockIfAvailable<R: ~Copyable, E: Error>(
    within limit: Duration, _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R? {
    guard mutex.lockIfAvailable(within: limit) else { return nil }
    return try runAndUnlock(as: "Mutex", body)
  }

  /// Runs `body` as ``withLock(_:)`` does unless the mutex stays taken until after `instant`.
  ///
  /// - Parameters:
  ///   - instant: a past one means one try. The wait is never cut short; time during which the system is
  ///     suspended prolongs it.
  ///   - body: what to do with the value.
  /// - Returns: what `body` returned, or nil if the mutex was not to be had.
  /// - Throws: what `body` threw.
  @inlinable
  public borrowing func withLockIfAvailable<R: ~Copyable, E: Error>(
    until instant: ContinuousClock.Instant, _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R? {
    guard mutex.lockIfAvailable(until: instant) else { return nil }
    return try runAndUnlock(as: "Mutex", body)
  }

  /// Ends the mutex and returns its value. No lock is needed: nobody else can hold what is owned here.
  @inlinable
  public consuming func takeValue() -> sending Value {
    // A consumed mutex would destroy its value; scratch memory that is freed as it is does not.
    let scratch = UnsafeMutablePointer<Mutex<Value>>.allocate(capacity: 1)
    unsafe scratch.initialize(to: self)
    defer { unsafe scratch.deallocate() }
    return unsafe scratch.pointee.cell.address.move()
  }
}

// The mutex hands its value to one thread at a time.
extension Mutex: @unchecked Sendable where Value: ~Copyable {}

// MARK: What Locked builds on

extension Mutex where Value: ~Copyable {
  @inlinable @inline(__always)
  borrowing func withLock<R: ~Copyable, E: Error>(
    as type: StaticString, _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R {
    mutex.lock(as: type)
    return try runAndUnlock(as: type, body)
  }

  /// The caller has locked the mutex.
  @inlinable @inline(__always)
  borrowing func runAndUnlock<R: ~Copyable, E: Error>(
    as type: StaticString, _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R {
    let value = unsafe cell.address
    // A defer that branches, as an unlock does, stays a function of its own, called by every client.
    let result: R
    do throws(E) {
      result = try unsafe body(&value.pointee)
    } catch {
      mutex.unlock(as: type)
      throw error
    }
    mutex.unlock(as: type)
    return result
  }
}
