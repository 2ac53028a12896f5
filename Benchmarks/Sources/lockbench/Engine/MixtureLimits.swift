/// What a lock is held against in a mixture.
struct MixtureLimits: Codable, Sendable, Equatable {
  /// From asking for the lock to getting it. Holds on a machine that does nothing else.
  var waitNanoseconds: UInt64
  /// How often others may get the lock while one thread waits for it.
  var overtakings: UInt64
  /// Nil where sections differ: then shares may.
  var jainIndex: Double?
}

extension MixtureLimits {
  private static let turns: UInt64 = 4
  private static let wakeUps: UInt64 = 100_000_000
  /// Each busy thread may use up a time slice before the one that was woken runs.
  private static let timeSlice: UInt64 = 4_000_000
  private static let wantedJainIndex = 0.95

  init(_ mixture: Mixture) {
    waitNanoseconds =
      Self.turns * mixture.sumOfSections + Self.wakeUps + UInt64(mixture.busyThreads) * Self.timeSlice
    overtakings = Self.turns * UInt64(mixture.threads)
    jainIndex = mixture.hasEqualSections ? Self.wantedJainIndex : nil
  }
}
