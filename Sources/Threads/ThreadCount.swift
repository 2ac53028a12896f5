import FastLock
import Synchronization

/// How many threads that this library started have not ended. Python's `_count`.
///
/// The main thread and threads started by other means do not count. A thread counts while its thread-local values are
/// destroyed. In a forked child only the thread that forked can count.
public func threadCount() -> Int {
  ThreadCount.current
}

/// The number of threads, in one word with the fork generation that it is of.
enum ThreadCount {
  private static let word = Atomic<UInt64>(0)

  static var current: Int {
    AtLoad.require()
    return Int(count(in: word.load(ordering: .relaxed)))
  }

  static func increment() {
    AtLoad.require()
    change { $0 + 1 }
  }

  static func decrement() { change { $0 - 1 } }

  /// In a forked child the threads of the parent do not exist, but for the one that forked.
  static func beginChild() { change { $0 } }

  /// A count of another generation is the parent's: here it begins with the forking thread, which is the first to change
  /// it.
  private static func count(in word: UInt64) -> UInt32 {
    guard UInt32(truncatingIfNeeded: word >> 32) == ForkGeneration.current else {
      return ThreadLife.current == nil ? 0 : 1
    }
    return UInt32(truncatingIfNeeded: word)
  }

  private static func change(_ change: (UInt32) -> UInt32) {
    var former = word.load(ordering: .relaxed)
    while true {
      let new = UInt64(ForkGeneration.current) << 32 | UInt64(change(count(in: former)))
      let (isMade, found) = word.weakCompareExchange(expected: former, desired: new, ordering: .relaxed)
      if isMade { return }
      former = found
    }
  }
}
