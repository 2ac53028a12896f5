import CBenchSupport
import Synchronization

/// Our own rendering of the mutex that Swift gets with swiftlang/swift pull request 88523, after its published
/// description; written anew, so its figures are an estimate of that mutex and not a measurement of it.
///
/// A plain futex word with three states, locked by a compare-exchange and unlocked by an exchange. A thread that
/// finds it taken polls for up to 20 rounds of 64 to 127 pauses, or parks at once when the word says that others
/// sleep and four threads are in the slow path already. 8 bytes; no fairness, no time-outs.
struct NextSynchronizationMutex: MeasuredLock, ~Copyable {
  private let word = Atomic<UInt32>(State.free)
  private let slowPathDepth = Atomic<UInt32>(0)

  private enum State {
    static var free: UInt32 { 0 }
    static var locked: UInt32 { 1 }
    static var contended: UInt32 { 2 }
  }

  private static var pollingRounds: Int { 20 }
  private static var depthLimit: UInt32 { 4 }

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    if !tryLock() { lockSlow() }
    body()
    if word.exchange(State.free, ordering: .releasing) == State.contended { wakeOne() }
  }

  @inline(__always)
  private borrowing func tryLock() -> Bool {
    word.compareExchange(
      expected: State.free, desired: State.locked,
      successOrdering: .acquiring, failureOrdering: .relaxed
    ).exchanged
  }

  @inline(never)
  private borrowing func lockSlow() {
    let depth = slowPathDepth.wrappingAdd(1, ordering: .relaxed).oldValue
    defer { slowPathDepth.wrappingSubtract(1, ordering: .relaxed) }
    let crowded = depth >= Self.depthLimit && word.load(ordering: .relaxed) == State.contended
    if !crowded && poll() { return }
    while word.exchange(State.contended, ordering: .acquiring) != State.free {
      wait()
    }
  }

  /// Whether polling took the lock.
  private borrowing func poll() -> Bool {
    let jitter = bench_cycle_counter()
    for round in 0..<Self.pollingRounds {
      if word.load(ordering: .relaxed) == State.free && tryLock() { return true }
      let pauses = 64 + (jitter >> (round % 16)) & 63
      for _ in 0..<pauses { bench_pause() }
    }
    return false
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
