import FastLock

/// The arithmetic of deadlines, held against integers that are wide enough.
final class DeadlineSubject: Subject {
  enum Operation: Sendable {
    case advance(UInt64, Duration)
    case afterNow(Duration)
    case at(Moment)
    case pass(UInt64, now: UInt64)
  }

  enum Situation: CaseIterable {
    case exact, roundedUp, saturated, zeroOrLess, fromNow, saturatedFromNow
    case atFutureInstant, atPastInstant, atFarInstant, passed, notPassed
  }

  static let name = "deadline"
  static let sequences = 1_500
  let tally = Tally<Situation>()

  init() {}

  static func draw(from choices: inout Choices) -> Operation {
    switch choices.below(4) {
    case 0: .afterNow(choices.duration())
    case 1: .at(choices.moment())
    case 2:
      .pass(drawNanoseconds(from: &choices), now: drawNanoseconds(from: &choices))
    default: .advance(drawNanoseconds(from: &choices), choices.duration())
    }
  }

  /// Points of time of every magnitude, often next to a limit, also later than a clock can be.
  private static func drawNanoseconds(from choices: inout Choices) -> UInt64 {
    let limits = [0, 1_000_000_000, Deadline.farthest.nanoseconds, Deadline.never.nanoseconds]
    guard choices.oneIn(3) else { return choices.word() >> choices.below(64) }
    return choices.pick(limits) &+ UInt64(choices.below(3)) &- 1
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .advance(let start, let duration): try advance(start, duration)
    case .afterNow(let duration): try deadline(after: duration)
    case .at(let moment): try deadline(at: moment)
    case .pass(let deadline, let now): try pass(deadline, now)
    }
  }

  func finish() throws {}

  private func advance(_ start: UInt64, _ duration: Duration) throws {
    let point = ExactPoint(of: start, after: duration)
    tally.count(
      duration <= .zero ? .zeroOrLess : point.isBeyondLimit ? .saturated : point.isWhole ? .exact : .roundedUp
    )
    let deadline = Deadline(nanoseconds: start).advanced(by: duration)
    guard duration > .zero else { return try expect(deadline.nanoseconds, is: start, "the deadline") }
    try expect(point.isFirstNanosecond(deadline.nanoseconds), "\(deadline) is the first that is not early")
  }

  private func deadline(after duration: Duration) throws {
    let start = Hardware.now().nanoseconds
    let deadline = unsafe Deadline(after: duration, on: Hardware.self)
    let end = Hardware.now().nanoseconds
    tally.count(ExactPoint(of: end, after: duration).isBeyondLimit ? .saturatedFromNow : .fromNow)
    try expectWithin(deadline, start...end, after: duration)
  }

  private func deadline(at moment: Moment) throws {
    let start = Hardware.now().nanoseconds
    let instant = moment.instant
    let deadline = unsafe Deadline(instant, on: Hardware.self)
    let end = Hardware.now().nanoseconds
    switch moment {
    case .afterNow(let duration):
      tally.count(duration > .zero ? .atFutureInstant : .atPastInstant)
      try expectWithin(deadline, start...end, after: duration)
    case .earliest:
      tally.count(.atPastInstant)
      try expectWithin(deadline, start...end, after: .zero)
    case .latest:
      tally.count(.atFarInstant)
      try expect(deadline, is: .farthest, "the deadline of an instant that no kernel knows")
    }
  }

  /// Demands a deadline that long after a point of time within `now`.
  private func expectWithin(_ deadline: Deadline, _ now: ClosedRange<UInt64>, after duration: Duration) throws
  {
    guard duration > .zero else {
      return try expect(now.contains(deadline.nanoseconds), "\(deadline) is within \(now)")
    }
    let earliest = ExactPoint(of: now.lowerBound, after: duration)
    let latest = ExactPoint(of: now.upperBound, after: duration)
    try expect(
      earliest.isReached(at: deadline.nanoseconds), "\(deadline) is not earlier than after \(now.lowerBound)")
    try expect(
      latest.isFirstNanosecond(deadline.nanoseconds) || !latest.isReached(at: deadline.nanoseconds),
      "\(deadline) is not later than after \(now.upperBound)")
  }

  private func pass(_ deadline: UInt64, _ now: UInt64) throws {
    let hasPassed = deadline != Deadline.never.nanoseconds && deadline <= now
    tally.count(hasPassed ? .passed : .notPassed)
    let answer = Deadline(nanoseconds: deadline).hasPassed { Deadline(nanoseconds: now) }
    try expect(answer, is: hasPassed, "whether \(deadline) has passed at \(now)")
    try expect(
      Deadline(nanoseconds: deadline) < Deadline(nanoseconds: now), is: deadline < now, "the order")
  }
}

/// A point of time in attoseconds, without rounding: 128 bits hold the sum of any two operands.
private struct ExactPoint {
  private let attoseconds: UInt128

  private static let perNanosecond: UInt128 = 1_000_000_000
  private static let limit = UInt128(Deadline.farthest.nanoseconds) * perNanosecond

  /// A duration of zero or less counts as zero.
  init(of nanoseconds: UInt64, after duration: Duration) {
    attoseconds = UInt128(nanoseconds) * Self.perNanosecond + UInt128(max(0, duration.attoseconds))
  }

  var isBeyondLimit: Bool { attoseconds > Self.limit }

  var isWhole: Bool { attoseconds.isMultiple(of: Self.perNanosecond) }

  /// Whether the point, or the limit if it is beyond, is not after this time.
  func isReached(at nanoseconds: UInt64) -> Bool {
    UInt128(nanoseconds) * Self.perNanosecond >= min(attoseconds, Self.limit)
  }

  /// Whether no earlier time would do.
  func isFirstNanosecond(_ nanoseconds: UInt64) -> Bool {
    isReached(at: nanoseconds) && (nanoseconds == 0 || !isReached(at: nanoseconds - 1))
  }
}
