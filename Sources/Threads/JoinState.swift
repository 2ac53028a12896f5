import FastLock
import Synchronization

/// What threads agree upon about a ``JoinableThread``: one word, which changes at once.
///
/// It is no lock's value. A child of a fork would find the lock taken for ever that another thread had at the fork, and
/// what it protects half changed; a word is whole at any moment.
struct JoinState: RawRepresentable, AtomicRepresentable, Sendable {
  enum Phase: UInt64 { case idle, starting, started }

  var rawValue: UInt64

  /// How far the start has come.
  var phase: Phase {
    get { Phase(rawValue: rawValue & Self.phaseMask) ?? .started }
    set { rawValue = rawValue & ~Self.phaseMask | newValue.rawValue }
  }

  /// Whether the body has thrown.
  var hasFailed: Bool {
    get { self[1 << 2] }
    set { self[1 << 2] = newValue }
  }

  /// No further join may begin.
  var isDetached: Bool {
    get { self[1 << 3] }
    set { self[1 << 3] = newValue }
  }

  /// Whether somebody has got what the body returned or threw, or its error was reported.
  var isDelivered: Bool {
    get { self[1 << 4] }
    set { self[1 << 4] = newValue }
  }

  /// Joins that have begun and not returned.
  var joins: UInt64 {
    get { rawValue >> 5 & Self.mostJoins }
    set { rawValue = rawValue & ~(Self.mostJoins << 5) | newValue << 5 }
  }

  /// The fork generation in which it was started.
  var generation: UInt32 {
    get { UInt32(truncatingIfNeeded: rawValue >> 32) }
    set { rawValue = rawValue & ~(~0 << 32) | UInt64(newValue) << 32 }
  }

  /// Whether an error is to be reported now, since nobody got it and nobody can any more. It then counts as delivered.
  mutating func claimError() -> Bool {
    guard hasFailed, isDetached, joins == 0, !isDelivered else { return false }
    isDelivered = true
    return true
  }

  private static var phaseMask: UInt64 { 3 }
  /// More than there can be threads: PID_MAX_LIMIT is 2^22.
  private static var mostJoins: UInt64 { 1 << 27 - 1 }

  private subscript(flag: UInt64) -> Bool {
    get { rawValue & flag != 0 }
    set { rawValue = newValue ? rawValue | flag : rawValue & ~flag }
  }
}

extension Atomic<JoinState> {
  /// Makes a change, anew if another thread made one meanwhile: what it captures must not depend on how often it runs.
  func update(_ change: (inout JoinState) -> Void) {
    var former = load(ordering: .relaxed)
    while true {
      var new = former
      change(&new)
      let (isMade, found) = weakCompareExchange(
        expected: former, desired: new, ordering: .acquiringAndReleasing)
      if isMade { return }
      former = found
    }
  }
}
