/// A mutual exclusion lock without a value: the bare word, for building other things.
///
/// Store it as a `let` of a class or as a global; then its address never changes and outlives every call.
/// Where a value is to be protected, ``Mutex`` is the better choice.
///
/// - Size: 4 bytes, all zero when new; no allocation, no initialisation at run time.
/// - Blocking: polls for some microseconds, then sleeps in the kernel (futex(2)). An uncontended pair makes
///   no system call and one atomic read-modify-write. Contention begins with a membarrier(2), which the
///   kernel may refuse: <doc:HowMutexWorks>.
/// - Fairness: during its first millisecond a waiter is promised nothing; a running thread may overtake it.
///   From then on it is *starving*, and starving waiters are served in the order in which they became so: each
///   that was before it overtakes it once, none that came later does, and at most one other thread while the
///   first of them waits. While the next is being woken, others may pass: for the time of a wake-up where a CPU
///   is free; where none is, for 2 ms and the section then under way or, with sections shorter than some 70 us,
///   until the scheduler lets the next run. Waiters with a deadline take part and leave no gap; a thread that
///   gives up and comes back is the last again. A waiter that does not run when its turn comes, suspended or of
///   a low priority, delays others by at most 2 ms, and loses its turn. <doc:HowMutexWorks> has the details.
/// - Storage: the memory must outlive each *call* to unlock, which may look at it after the next owner has
///   the mutex. That holds for a `let` of a class, a global, and whatever else Swift borrows for the time of
///   the call. It does not where the next owner frees memory behind an unsafe pointer. Memory that processes
///   share will not do.
/// - After contention: zero again within 257 uncontended pairs, of which only the first may make a system
///   call. After a refused membarrier(2) never quite zero, but without system calls all the same.
/// - Ownership: the thread that locked it unlocks it. Not recursive: locking it again deadlocks.
/// - Misuse (unlocking what is not held, locking again, destroying what is held or waited on) traps in debug
///   builds and with the `Diagnostics` trait. In release builds nothing is checked: an unlock frees the mutex
///   whoever holds it, and has no effect when nobody does.
/// - Fork: in the child a mutex works that was free at the fork, or held by the thread that forked. What
///   another thread held stays locked there.
/// - Signals: a handler must not lock it. A wait goes on after a handler returned.
/// - Cancellation: not a cancellation point of pthread_cancel(3). Tasks: the calls that block or end a hold
///   are unavailable in asynchronous code.
@frozen
@_staticExclusiveOnly
public struct RawMutex: ~Copyable, Sendable {
  @usableFromInline
  let word: LockWord

  /// Creates an unlocked mutex.
  @inlinable
  public init() {
    word = LockWord()
  }

  #if DEBUG || Diagnostics
    @inlinable
    deinit {
      UseChecks.willDestroy(isInUse: unsafe MutexLock.isInUse(word.address), "RawMutex")
    }
  #endif

  /// Locks the mutex, waiting for as long as it takes.
  @inlinable @inline(__always)
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a mutex")
  public borrowing func lock() {
    lock(as: "RawMutex")
  }

  /// Unlocks the mutex, which the calling thread has locked.
  @inlinable @inline(__always)
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a mutex")
  public borrowing func unlock() {
    unlock(as: "RawMutex")
  }

  /// Locks the mutex if that needs no wait; false, without a system call, if it is locked.
  ///
  /// Never fails spuriously. False also when the calling thread itself holds the mutex.
  @inlinable @inline(__always)
  public borrowing func lockIfAvailable() -> Bool {
    let taken = unsafe MutexLock.tryLock(word.address)
    if taken { unsafe UseChecks.didLock(word.address) }
    return taken
  }

  /// Locks the mutex unless that takes longer than `limit`.
  ///
  /// - Parameter limit: measured by the monotonic clock from this call. Zero or less means one try; what lies
  ///   beyond some 292 years means for ever. The wait is never cut short.
  /// - Returns: whether the mutex was locked.
  @inlinable
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a mutex")
  public borrowing func lockIfAvailable(within limit: Duration) -> Bool {
    let taken = unsafe MutexLock.lock(word.address, within: limit)
    if taken { unsafe UseChecks.didLock(word.address) }
    return taken
  }

  /// Locks the mutex unless that takes until after `instant`.
  ///
  /// - Parameter instant: a past one means one try. The wait is never cut short; time during which the system
  ///   is suspended prolongs it.
  /// - Returns: whether the mutex was locked.
  @inlinable
  @available(*, noasync, message: "use withLock: a thread must not be suspended while it holds a mutex")
  public borrowing func lockIfAvailable(until instant: ContinuousClock.Instant) -> Bool {
    let taken = unsafe MutexLock.lock(word.address, until: instant)
    if taken { unsafe UseChecks.didLock(word.address) }
    return taken
  }

  /// Runs `body` while holding the mutex.
  @inlinable @inline(__always)
  public borrowing func withLock<R: ~Copyable, E: Error>(
    _ body: () throws(E) -> R
  ) throws(E) -> R {
    lock(as: "RawMutex")
    // A defer that branches, as an unlock does, stays a function of its own, called by every client.
    let result: R
    do throws(E) {
      result = try body()
    } catch {
      unlock(as: "RawMutex")
      throw error
    }
    unlock(as: "RawMutex")
    return result
  }

  /// Whether some thread holds the mutex: a snapshot, which may be outdated when it is returned.
  @inlinable
  public var isLocked: Bool {
    unsafe MutexLock.isLocked(word.address)
  }

  /// Traps, in debug builds and with the `Diagnostics` trait, unless the calling thread holds the mutex.
  @inlinable
  public borrowing func assertOwned() {
    unsafe UseChecks.assertOwned(word.address, "RawMutex")
  }
}

// MARK: What Mutex builds on

extension RawMutex {
  @inlinable @inline(__always)
  borrowing func lock(as type: StaticString) {
    unsafe UseChecks.willLock(word.address, type)
    unsafe MutexLock.lock(word.address)
    unsafe UseChecks.didLock(word.address)
  }

  @inlinable @inline(__always)
  borrowing func unlock(as type: StaticString) {
    unsafe UseChecks.willUnlock(word.address, isLocked: MutexLock.isLocked(word.address), type)
    unsafe MutexLock.unlock(word.address)
  }
}
