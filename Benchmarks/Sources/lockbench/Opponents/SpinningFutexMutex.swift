import CBenchSupport
import Synchronization

/// Our own rendering of the mutex that Swift gets with swiftlang/swift pull request 88523, after its published
/// description and with any number of pauses; written anew, so its figures are an estimate of that mutex and not a
/// measurement of it.
///
/// A plain futex word with three states, locked by a compare-exchange and unlocked by an exchange. A thread that finds
/// it locked spins, but gives up as soon as it sees that others sleep, so as not to take the lock from one that is
/// about to be woken. 8 bytes; no fairness, no time-outs.
///
/// It differs on aarch64, where Swift waits for an event instead of pausing, and draws no jitter.
struct SpinningFutexMutex<Policy: SpinPolicy>: BasicLockable, ~Copyable {
  enum State {
    static var free: UInt32 { 0 }
    static var locked: UInt32 { 1 }
    /// Locked, and others may sleep.
    static var contended: UInt32 { 2 }
  }

  let word = Atomic<UInt32>(State.free)
  /// Threads that have missed the lock at least once since they gave up spinning, until they own it.
  let parked = Atomic<UInt32>(0)

  /// With so many others parked nobody spins at a contended word.
  private static var mostParkedBesideSpinners: UInt32 { 3 }

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    acquire()
    body()
    release()
  }

  @inline(__always)
  borrowing func acquire() {
    if !tryLock() { lockSlow() }
  }

  @inline(__always)
  borrowing func release() {
    if word.exchange(State.free, ordering: .releasing) == State.contended { wakeOne() }
  }

  @inline(__always)
  private borrowing func tryLock() -> Bool { takeIfFree() == State.free }

  /// What the word was: free means taken.
  @inline(__always)
  private borrowing func takeIfFree() -> UInt32 {
    word.compareExchange(
      expected: State.free, desired: State.locked,
      successOrdering: .acquiring, failureOrdering: .relaxed
    ).original
  }

  @inline(never)
  private borrowing func lockSlow() {
    let isCrowded =
      word.load(ordering: .relaxed) == State.contended
      && parked.load(ordering: .relaxed) > Self.mostParkedBesideSpinners
    if isCrowded || !spin(pause: { bench_pause() }) { park() }
  }

  /// Whether spinning took the lock.
  @inline(__always)
  borrowing func spin(pause: () -> Void) -> Bool {
    let pauses = Policy.pauses(cycles: bench_cycle_counter())
    for _ in 0..<Policy.rounds {
      var seen = word.load(ordering: .relaxed)
      if seen == State.free {
        seen = takeIfFree()
        if seen == State.free { return true }
      }
      if seen == State.contended { return false }
      for _ in 0..<pauses { pause() }
    }
    return false
  }

  /// Whoever comes through here owns the word as contended: it cannot know whether others sleep.
  private borrowing func park() {
    guard word.exchange(State.contended, ordering: .acquiring) != State.free else { return }
    parked.wrappingAdd(1, ordering: .relaxed)
    repeat { wait() } while word.exchange(State.contended, ordering: .acquiring) != State.free
    parked.wrappingSubtract(1, ordering: .relaxed)
  }

  private borrowing func wait() {
    withUnsafePointer(to: word) {
      bench_futex_wait(UnsafeRawPointer($0).assumingMemoryBound(to: UInt32.self), State.contended)
    }
  }

  @inline(never)
  private borrowing func wakeOne() {
    withUnsafePointer(to: word) {
      bench_futex_wake_one(UnsafeRawPointer($0).assumingMemoryBound(to: UInt32.self))
    }
  }
}
