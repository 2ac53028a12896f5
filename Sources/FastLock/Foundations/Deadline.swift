/// A point of CLOCK_MONOTONIC in nanoseconds, which steps of the wall clock never move.
///
/// Conversions round up and saturate, so that a wait is never cut short.
@usableFromInline
package struct Deadline: Comparable, Sendable {
  @usableFromInline
  package let nanoseconds: UInt64

  @usableFromInline
  package init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  // Computed, for debug builds: what these make on first use another thread might be making at a fork.

  /// No deadline at all.
  package static var never: Deadline { Deadline(nanoseconds: .max) }

  /// The last point of time that a kernel accepts, some 292 years after boot.
  package static var farthest: Deadline { Deadline(nanoseconds: UInt64(Int64.max)) }

  /// `duration` from now.
  package init<M: Machine>(after duration: Duration, on machine: M.Type) {
    self = M.now().advanced(by: duration)
  }

  /// The same point of time as `instant`.
  package init<M: Machine>(_ instant: ContinuousClock.Instant, on machine: M.Type) {
    // The continuous clock runs through system sleep, the monotonic one does not: a deadline crosses over
    // as the time that remains. Read in this order, the delay between the two clocks makes it later, never
    // earlier. Only a future instant is subtracted from: no pair of those overflows.
    let continuousNow = ContinuousClock.now
    self.init(after: instant > continuousNow ? continuousNow.duration(to: instant) : .zero, on: machine)
  }

  package func advanced(by duration: Duration) -> Deadline {
    guard duration > .zero else { return self }
    let nanoseconds = (duration.attoseconds - 1) / 1_000_000_000 + 1
    let limit = Deadline.farthest.nanoseconds
    guard self.nanoseconds < limit, nanoseconds < Int128(limit - self.nanoseconds) else { return .farthest }
    return Deadline(nanoseconds: self.nanoseconds + UInt64(nanoseconds))
  }

  /// How long ago `earlier` was, if it was less than 292 years ago; otherwise zero, as where the clock has stepped back.
  package func since(_ earlier: Deadline) -> Duration {
    .nanoseconds(max(0, Int64(bitPattern: nanoseconds &- earlier.nanoseconds)))
  }

  /// Reads the clock only where there is a deadline to compare it with.
  package func hasPassed(at now: () -> Deadline) -> Bool {
    self != .never && self <= now()
  }

  @usableFromInline
  package static func < (left: Deadline, right: Deadline) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
