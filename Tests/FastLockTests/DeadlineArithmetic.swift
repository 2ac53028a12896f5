import FastLock
import TestSupport
import Testing

@Suite struct DeadlineArithmetic {
  /// What `advanced(by:)` promises, in integers that cannot overflow: rounded up to nanoseconds, saturated.
  private func expected(_ start: UInt64, _ attoseconds: Int128) -> UInt64 {
    guard attoseconds > 0 else { return start }
    let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return UInt64(min(Int128(start) + whole + (rest > 0 ? 1 : 0), Int128(Int64.max)))
  }

  private static let starts: [UInt64] = [0, 1, 999_999_999, 1 << 40, UInt64(Int64.max) - 1]
  private static let extremes: [Int128] = [
    .min, .min + 1, -1, 0, 1, 2, 999_999_999, 1_000_000_000, 1_000_000_001, .max - 1, .max,
    Int128(Int64.max) * 1_000_000_000, Int128(Int64.max) * 1_000_000_000 + 1,
    (Int128(Int64.max) - 1) * 1_000_000_000, Int128(Int64.max) * 1_000_000_000_000_000_000,
  ]

  @Test(arguments: starts, extremes)
  func extremesAreExactOrSaturate(_ start: UInt64, _ attoseconds: Int128) {
    let deadline = Deadline(nanoseconds: start).advanced(by: Duration(attoseconds: attoseconds))
    #expect(deadline.nanoseconds == expected(start, attoseconds))
  }

  @Test func theFarthestDeadlineIsNotNoDeadline() {
    #expect(Deadline.farthest < .never)
    #expect(hardwareDeadline(after: .seconds(Int64.max)) == .farthest)
    #expect(Deadline.farthest.advanced(by: .seconds(1)) == .farthest)
  }

  private func hardwareDeadline(after duration: Duration) -> Deadline {
    unsafe Deadline(after: duration, on: Hardware.self)
  }

  @Test func aDurationCountsFromNow() {
    let before = Hardware.now()
    let deadline = hardwareDeadline(after: .seconds(5))
    let after = Hardware.now()
    #expect(before.advanced(by: .seconds(5)) <= deadline)
    #expect(deadline <= after.advanced(by: .seconds(5)))
  }

  @Test func anInstantIsNeverReachedEarly() {
    for distance: Duration in [.nanoseconds(1), .milliseconds(3), .seconds(5), .seconds(1 << 33)] {
      let before = Hardware.now()
      let instant = ContinuousClock.now.advanced(by: distance)
      let deadline = unsafe Deadline(instant, on: Hardware.self)
      #expect(deadline >= before.advanced(by: distance))
      #expect(deadline <= Hardware.now().advanced(by: distance))
    }
  }

  @Test func aPastInstantIsNow() {
    for distance: Duration in [.zero, .seconds(-1), .seconds(Int64.min / 2)] {
      let before = Hardware.now()
      let deadline = unsafe Deadline(.now.advanced(by: distance), on: Hardware.self)
      #expect(before <= deadline && deadline <= Hardware.now())
    }
  }

  // MARK: A clock that was replaced

  /// What a clock shows that tells a time so many seconds before 1970.
  private func before1970(_ seconds: UInt64) -> Deadline {
    Deadline(nanoseconds: 0 &- seconds * 1_000_000_000)
  }

  @Test func timeIsMeasuredAcrossZero() {
    #expect(Deadline(nanoseconds: 2_000_000_000).since(before1970(3)) == .seconds(5))
    #expect(before1970(3).since(before1970(5)) == .seconds(2))
  }

  @Test func aClockThatStepsBackMeasuresNothing() {
    #expect(Deadline(nanoseconds: 5).since(Deadline(nanoseconds: 6)) == .zero)
    #expect(before1970(3).since(Deadline(nanoseconds: 2)) == .zero)
    #expect(Deadline(nanoseconds: 0).since(.never) == .nanoseconds(1))
    #expect(Deadline(nanoseconds: 1 << 63).since(Deadline(nanoseconds: 0)) == .zero, "292 years")
  }

  @Test func aDeadlineFromBefore1970IsTheFarthest() {
    for duration: Duration in [.nanoseconds(1), .milliseconds(1), .seconds(Int64.max)] {
      #expect(before1970(1_893_456_000).advanced(by: duration) == .farthest)
    }
    #expect(before1970(1).advanced(by: .zero) == before1970(1))
    #expect(Deadline.farthest.hasPassed { before1970(1) }, "no wait is asked to last until then")
  }

  @Test func aDeadlineHasPassedOnceItIsReached() {
    let deadline = Deadline(nanoseconds: 100)
    #expect(!deadline.hasPassed { Deadline(nanoseconds: 99) })
    #expect(deadline.hasPassed { Deadline(nanoseconds: 100) })
    #expect(deadline.hasPassed { .farthest })
    #expect(!Deadline.farthest.hasPassed { Hardware.now() })
    #expect(
      !Deadline.never.hasPassed {
        Issue.record("no deadline needs no clock")
        return .never
      })
  }
}
