import FastLock
import Synchronization

/// How many threads that this library started have not ended. Python's `_count`.
///
/// The main thread and threads started by other means do not count. In a forked child only the thread that
/// forked can count.
public func threadCount() -> Int {
  ThreadCount.current
}

/// The fork generation in the upper half, the count of that generation in the lower.
enum ThreadCount {
  private static let state = Atomic<UInt64>(0)

  static var current: Int {
    Int(UInt32(truncatingIfNeeded: valid(state.load(ordering: .relaxed))))
  }

  static func increment() { update { $0 + 1 } }

  static func decrement() { update { $0 - 1 } }

  private static func update(_ change: (UInt64) -> UInt64) {
    var seen = state.load(ordering: .relaxed)
    while true {
      let (exchanged, original) = state.compareExchange(
        expected: seen, desired: change(valid(seen)), ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }

  /// In a forked child the threads of the parent do not exist, but for the one that forked.
  private static func valid(_ state: UInt64) -> UInt64 {
    let generation = UInt64(ForkGeneration.current)
    guard state >> 32 != generation else { return state }
    return generation << 32 | (ThreadContext.isOurs ? 1 : 0)
  }
}
