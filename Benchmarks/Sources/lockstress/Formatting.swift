import BenchSupport

extension Duration {
  /// Saturating.
  var wholeNanoseconds: UInt64 {
    UInt64(clamping: attoseconds / 1_000_000_000)
  }
}

/// With one decimal.
func formatSeconds(_ nanoseconds: UInt64) -> String {
  let tenths = nanoseconds / 100_000_000
  return "\(tenths / 10).\(tenths % 10) s"
}

/// With three digits and the unit that suits.
func formatTime(_ nanoseconds: UInt64) -> String {
  let units: [(name: String, nanoseconds: UInt64)] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)]
  guard let unit = units.first(where: { nanoseconds >= $0.nanoseconds }) else { return "\(nanoseconds) ns" }
  return "\(Figures.threeDigits(Double(nanoseconds) / Double(unit.nanoseconds))) \(unit.name)"
}
