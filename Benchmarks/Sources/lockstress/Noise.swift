/// A disturbance of the whole run.
enum Noise: String, CaseIterable, Sendable {
  /// Threads are interrupted by signals all the time.
  case signals
  /// All threads share one CPU: who holds a lock is often not running.
  case oneCPU = "one-cpu"
}
