import TestSupport

/// How long an operation is to wait for something.
enum Wait: Sendable {
  case forever
  /// The form that only tries.
  case none
  case within(Duration)
  case until(Moment)

  static func draw(from choices: inout Choices) -> Wait {
    switch choices.below(4) {
    case 0: .forever
    case 1: .none
    case 2: .within(choices.duration())
    default: .until(choices.moment())
    }
  }

  /// Whether a wait for what does not come is over soon.
  var isShort: Bool {
    switch self {
    case .forever: false
    case .none: true
    case .within(let duration): duration <= longestUselessWait
    case .until(let moment): moment.isNear
    }
  }

  /// Runs `attempt` with this wait, counted from now, and demands that it did not give up early.
  func timing(_ attempt: (Limit) throws -> Bool) throws -> Bool {
    switch self {
    case .forever:
      return try attempt(.forever)
    case .none:
      return try attempt(.none)
    case .within(let duration):
      let start = monotonicNow()
      if try attempt(.within(duration)) { return true }
      try expect(monotonicNow() - start >= duration, "a wait of \(duration) lasts that long")
      return false
    case .until(let moment):
      let instant = moment.instant
      if try attempt(.until(instant)) { return true }
      try expect(.now >= instant, "a wait until \(moment) lasts that long")
      return false
    }
  }
}

/// A ``Wait`` that has begun.
enum Limit {
  case forever
  case none
  case within(Duration)
  case until(ContinuousClock.Instant)
}

/// A point of time, as far from the present as can be expressed.
enum Moment: Sendable {
  case afterNow(Duration)
  case earliest
  case latest

  /// Clamped to the instants that exist.
  var instant: ContinuousClock.Instant {
    let now = ContinuousClock.now
    switch self {
    case .earliest: return .earliest
    case .latest: return .latest
    case .afterNow(let duration) where duration > .zero:
      return duration > now.duration(to: .latest) ? .latest : now.advanced(by: duration)
    case .afterNow(let duration):
      // The present is after the epoch, so that this cannot overflow.
      return now.advanced(by: duration)
    }
  }

  var isNear: Bool {
    switch self {
    case .earliest: true
    case .latest: false
    case .afterNow(let duration): duration <= longestUselessWait
    }
  }
}

extension ContinuousClock.Instant {
  // An instant is the duration since an epoch, but no initialiser says so.
  static let latest = unsafe unsafeBitCast(Duration(attoseconds: .max), to: Self.self)
  static let earliest = unsafe unsafeBitCast(Duration(attoseconds: .min), to: Self.self)
}

/// The longest wait for something that the model knows not to come.
let longestUselessWait = Duration.milliseconds(2)

extension Choices {
  /// Durations of every magnitude, often next to a limit.
  mutating func duration() -> Duration {
    Duration(attoseconds: attoseconds())
  }

  private mutating func attoseconds() -> Int128 {
    switch below(8) {
    case 0, 1: pick(Self.limits) &+ Int128(below(5)) &- 2
    case 2: Int128(truncatingIfNeeded: word()) &<< 64 | Int128(word())
    case 3: -magnitude(bits: 127)
    case 4: magnitude(bits: 127)
    // Short enough to be waited for: 2 ms are less than 2 to the 51st attoseconds.
    default: magnitude(bits: 51)
    }
  }

  /// A number of at most that many bits, of which every count is as likely as every other.
  private mutating func magnitude(bits: Int) -> Int128 {
    let word = Int128(word()) << 63 | Int128(word() >> 1)
    return word >> Int128(127 - below(bits + 1))
  }

  private static let limits: [Int128] = {
    let nanosecond: Int128 = 1_000_000_000
    let second = nanosecond * nanosecond
    let limits: [Int128] = [
      0, nanosecond, second, Int128(Int64.max), Int128(UInt64.max), Int128(Int64.max) * nanosecond,
      Int128(UInt64.max) * nanosecond, Int128(Int64.max) * second, .max,
    ]
    return limits + limits.map { -$0 } + [.min]
  }()

  mutating func moment() -> Moment {
    switch below(8) {
    case 0: .earliest
    case 1: .latest
    default: .afterNow(duration())
    }
  }
}
