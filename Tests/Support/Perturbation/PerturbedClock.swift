import FastLock

/// A thread's time on the perturbed machine, the same for all threads of a run.
struct PerturbedClock: Sendable {
  /// How much faster than the hardware's clock it runs, as a power of two. When it is fast, the patience of those who
  /// wait often ends: a lock is handed over again and again.
  let haste: UInt64
  /// How late, on the hardware's clock, a wait ends because of its deadline.
  let lag: Duration

  func now() -> Deadline { Deadline(nanoseconds: Hardware.now().nanoseconds << haste) }

  /// The hardware's time when this clock reaches `deadline`.
  func hardwareTime(of deadline: Deadline) -> Deadline {
    guard deadline < .farthest else { return deadline }
    return Deadline(nanoseconds: (deadline.nanoseconds + (1 << haste) - 1) >> haste)
  }
}
