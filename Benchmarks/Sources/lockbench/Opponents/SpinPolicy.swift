/// How long a thread spins before it sleeps.
protocol SpinPolicy: Sendable {
  /// Looks at the lock.
  static var rounds: Int { get }
  /// Pauses between two looks, at least; a power of two.
  static var leastPauses: UInt64 { get }
}

extension SpinPolicy {
  /// Pauses between two looks during one wait, less than twice the least: drawn from the cycle counter, so that threads
  /// that began to wait together do not look together.
  @inline(__always)
  static func pauses(cycles: UInt64) -> UInt64 {
    leastPauses + (cycles & (leastPauses - 1))
  }
}

/// As swiftlang/swift pull request 88523 was merged.
enum MergedSpin: SpinPolicy {
  static var rounds: Int { 20 }
  static var leastPauses: UInt64 { 64 }
}

/// What the authors of that pull request found best on x86-64 with 12 to 64 cores (ordo-one/synchronization-benchmarks),
/// and did not merge: it spins four times as long.
enum LongSpin: SpinPolicy {
  static var rounds: Int { 40 }
  static var leastPauses: UInt64 { 128 }
}
