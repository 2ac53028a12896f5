/// The critical sections of a round in which all of them are long.
struct LongSections: Sendable, CustomStringConvertible {
  let areAsleep: Bool
  /// In nanoseconds, as is ``longest``.
  let shortest: Int
  let longest: Int

  func dwellInside(_ random: inout RandomSource) {
    _ = passTime(random.between(shortest, longest), asleep: areAsleep)
  }

  /// Half of the threads that come out ask again at once.
  func pauseOutside(_ random: inout RandomSource) {
    if random.oneIn(2) { _ = passTime(random.scaled(upTo: shortest), asleep: areAsleep) }
  }

  var description: String {
    "sections of \(formatTime(UInt64(shortest))) to \(formatTime(UInt64(longest))), \(areAsleep ? "asleep" : "busy")"
  }
}
