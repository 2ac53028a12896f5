import FastLock
import Synchronization

/// How many threads that this library started have not ended. Python's `_count`.
///
/// The main thread and threads started by other means do not count. In a forked child only the thread that
/// forked can count.
public func threadCount() -> Int {
  ThreadCount.state.load(ordering: .relaxed)
}

enum ThreadCount {
  static let state = Atomic<Int>(0)

  static func increment() { state.wrappingAdd(1, ordering: .relaxed) }

  static func decrement() { state.wrappingSubtract(1, ordering: .relaxed) }

  /// In a forked child the threads of the parent do not exist, but for the one that forked.
  static func beginChild() {
    state.store(ThreadContext.isOurs ? 1 : 0, ordering: .relaxed)
  }
}
