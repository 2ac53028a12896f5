/// An error of a ``Lock``.
@frozen
public enum LockError: Error, Equatable, Sendable {
  /// The lock that was to be released is not locked.
  case notLocked
}

/// The lock object of Python's `_thread` module: it has no owner, and any thread may release it.
///
/// Created unlocked. Freeing it while it is locked is legal; the next owner may drop the last reference
/// as soon as it has the lock, while the release that handed it over is still returning.
///
/// - Size: one allocation of 24 bytes at most; a reference is one word.
/// - Blocking: polls for some microseconds, then sleeps in the kernel (futex(2)). An uncontended pair makes
///   no system call and two atomic read-modify-writes.
/// - Fairness: during its first millisecond a waiter is promised nothing; a running thread may overtake it.
///   From then on it is *starving*, and starving waiters are served in the order in which they became so: each
///   that was before it overtakes it once, and no other does while the first of them waits. While the next is
///   being woken, others may pass: for the time of a wake-up where a CPU is free; where none is, for 2 ms and the
///   section then under way or, with sections shorter than some 70 us, until the scheduler lets the next run.
///   Waiters with a deadline take part and leave no gap; a thread that gives up and comes back is the last again,
///   and so is, among those that have starved as long, one whose wait was interrupted (what holds for the main
///   thread is said at ``acquireInterruptibly(timeout:onInterrupt:)``). A waiter that does not run when its turn
///   comes, suspended or of a low priority, delays others by at most 2 ms, and loses its turn.
///   <doc:HowMutexWorks> has the details.
/// - Recursion: none. A second acquire by the same thread waits until some thread releases.
/// - Ordering: what a thread did before a release is seen by the thread whose acquire follows.
/// - Fork: in the child a lock works as it stood at the fork: one that another thread held may be released
///   there, or made new by ``reinitializeAfterFork()``. One that had been released to a waiter may be released
///   likewise, and may be acquired: no thread had used it yet.
/// - Signals: a handler must neither acquire nor release it. ``acquireInterruptibly(timeout:onInterrupt:)``
///   is the one wait that a handler can end.
/// - Cancellation: not a cancellation point of pthread_cancel(3). Tasks: the calls that block or release are
///   unavailable in asynchronous code.
@_fixed_layout
public final class Lock: Sendable {
  @usableFromInline
  let word: LockWord

  /// Creates an unlocked lock.
  @inlinable
  public init() {
    word = LockWord()
  }

  /// Acquires the lock, waiting for as long as it takes.
  @inlinable
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a lock")
  public func acquire() {
    unsafe FutexLock.lock(word.address)
  }

  /// Acquires the lock, waiting only if `blocking`.
  ///
  /// - Returns: whether the lock was acquired. False, without a system call, only if not `blocking` and the
  ///   lock was taken, or released to a waiter that has yet to notice; never spuriously.
  @inlinable
  @discardableResult
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a lock")
  public func acquire(blocking: Bool) -> Bool {
    guard blocking else { return unsafe FutexLock.tryLock(word.address) }
    unsafe FutexLock.lock(word.address)
    return true
  }

  /// Acquires the lock unless that takes longer than `timeout`.
  ///
  /// - Parameter timeout: measured by the monotonic clock from this call. Zero or less means one try; what
  ///   lies beyond some 292 years means for ever. The wait is never cut short.
  /// - Returns: whether the lock was acquired.
  @inlinable
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a lock")
  public func acquire(timeout: Duration) -> Bool {
    unsafe FutexLock.lock(word.address, within: timeout)
  }

  /// Releases the lock, which any thread may have acquired.
  ///
  /// - Throws: ``LockError/notLocked``, and nothing is changed, if the lock is not locked: exactly once for
  ///   each release too many, also when several threads release at once.
  @inlinable
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a lock")
  public func release() throws(LockError) {
    guard unsafe FutexLock.release(word.address) else { throw .notLocked }
  }

  /// Whether the lock is locked, or released to a waiter that has yet to notice: a snapshot, which may be outdated when it
  /// is returned.
  @inlinable
  public var isLocked: Bool {
    unsafe FutexLock.isLocked(word.address)
  }

  /// Runs `body` with the lock acquired, and releases it when `body` returns or throws.
  ///
  /// Traps if the lock is no longer locked then: `body` must not release it.
  @inlinable
  public func withLock<R: ~Copyable, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    unsafe FutexLock.lock(word.address)
    // A defer that branches stays a function of its own, called by every client.
    let result: R
    do throws(E) {
      result = try body()
    } catch {
      releaseAfterBody()
      throw error
    }
    releaseAfterBody()
    return result
  }

  /// Acquires the lock in a wait that interrupts can end: the general form.
  ///
  /// If the lock is not free at once, `onInterrupt` runs before the first sleep, and again each time a signal
  /// handler that ran in this thread has interrupted the sleep (with or without `SA_RESTART`) and, on the main
  /// thread, after an interrupt of it. A signal handler that runs while the thread is awake ends no wait. After a
  /// return of `onInterrupt` the wait goes on, its deadline unchanged; what it throws ends the wait without the lock.
  ///
  /// An interrupt of the main thread is noticed at once when that sleeps. One that falls into the moment between the
  /// main thread's last look for interrupts and its sleep is never lost, but may be noticed when the main thread looks
  /// next: after 10 ms in a wait that has just begun or been interrupted, later after as long as it has waited undisturbed
  /// by then, after a second at the latest. To look it wakes up, fewer than 20 times in the first three seconds
  /// and then about once a second. It keeps its place among those who wait; after some seconds it goes before
  /// the others, each of which would otherwise overtake it.
  ///
  /// - Parameters:
  ///   - timeout: nil to wait for as long as it takes; otherwise as for ``acquire(timeout:)``.
  ///   - onInterrupt: decides whether the wait goes on. It runs without the lock.
  /// - Returns: whether the lock was acquired; false after the timeout.
  /// - Throws: what `onInterrupt` threw.
  @discardableResult
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a lock")
  public func acquireInterruptibly<E: Error>(
    timeout: Duration? = nil, onInterrupt: () throws(E) -> Void
  ) throws(E) -> Bool {
    if unsafe FutexLock.tryLock(word.address) { return true }
    if let timeout, timeout <= .zero { return false }
    let deadline = timeout.map { unsafe Deadline(after: $0, on: Hardware.self) } ?? .never
    return try unsafe ReleasableLock<Hardware>.lockInterruptibly(
      word.address, until: deadline, onInterrupt: onInterrupt)
  }

  /// Makes the lock unlocked and forgets its waiters, whatever its state.
  ///
  /// Only for the child of a fork, before it starts threads: the waiters, and a holder other than the thread
  /// that forked, do not exist there.
  public func reinitializeAfterFork() {
    unsafe Hardware.store(0, to: word.address, .releasing, at: "reinitialize")
  }

  @inlinable @inline(__always)
  func releaseAfterBody() {
    if unsafe !FutexLock.release(word.address) { trapReleasedByBody() }
  }
}

// Not a member: functions that name the class as Self are not inlined, and its metatype takes a call to get.
@usableFromInline @inline(never)
func trapReleasedByBody() -> Never {
  trapMisuse("Lock", "released by the body of withLock, which releases it itself")
}
