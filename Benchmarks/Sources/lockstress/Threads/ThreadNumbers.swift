import CStressSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// By which numbers the kernel knows the threads of a run.
final class ThreadNumbers: Sendable {
  private let monitor = Monitor()
  private nonisolated(unsafe) var numbers: [Int: pid_t] = [:]

  /// Called by each thread, first of all.
  func enlist(_ index: Int) {
    monitor.locked {
      numbers[index] = stress_thread_number()
      monitor.wakeAll()
    }
  }

  /// Waits until all of these threads have enlisted.
  func numbers(of indices: [Int]) -> [pid_t] {
    monitor.locked {
      while true {
        let known = indices.compactMap { numbers[$0] }
        if known.count == indices.count { return known }
        monitor.wait()
      }
    }
  }
}
