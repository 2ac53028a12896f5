import CStressSupport
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// For how long threads were runnable without running, in nanoseconds, all of them together.
protocol DelayAccount: Sendable {
  /// Never too much, but lacks what is going on, and may be that of some milliseconds ago.
  func recentTotal() -> UInt64
  /// Lacks only what is going on.
  func total() -> UInt64
}

/// As the kernel counts it.
final class RunDelays: DelayAccount {
  private let threads: [pid_t]
  private let lastTotal = Atomic<UInt64>(0)
  private let lastLook = Atomic<UInt64>(0)

  /// A look costs some microseconds for each thread, and threads ask before each operation.
  private static let interval: UInt64 = 5_000_000

  /// Nil where the kernel does not count.
  init?(of threads: [pid_t]) {
    guard threads.allSatisfy({ stress_run_delay($0) >= 0 }) else { return nil }
    self.threads = threads
  }

  func recentTotal() -> UInt64 {
    let now = stress_now()
    // Who sees a new time with an old total has one that is too small, and that is allowed.
    guard now - min(now, lastLook.load(ordering: .relaxed)) > Self.interval else {
      return lastTotal.load(ordering: .relaxed)
    }
    let total = total()
    lastTotal.store(total, ordering: .relaxed)
    lastLook.store(now, ordering: .relaxed)
    return total
  }

  func total() -> UInt64 {
    threads.reduce(0) { $0 + UInt64(max(0, stress_run_delay($1))) }
  }
}
