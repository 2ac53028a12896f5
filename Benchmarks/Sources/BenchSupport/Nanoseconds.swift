/// A time span as it is written on a command line and in a table.
package struct Nanoseconds: Hashable, Sendable {
  package var count: UInt64

  package init(_ count: UInt64) {
    self.count = count
  }

  private static let units: [(name: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("min", 60_000_000_000),
  ]

  /// A decimal number and a unit without a space: "200ms", "1.5s". Nil for anything else, and for what does not
  /// fit.
  package init?(_ text: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(number.count)
    guard number.first?.isNumber == true, let value = Double(number),
      let unit = Self.units.first(where: { $0.name == suffix })
    else { return nil }
    let nanoseconds = (value * Double(unit.nanoseconds)).rounded()
    guard nanoseconds < 0x1p63 else { return nil }
    count = UInt64(nanoseconds)
  }
}

extension Nanoseconds: CustomStringConvertible {
  /// In the largest unit that needs no decimals.
  package var description: String {
    guard count > 0 else { return "0" }
    let unit = Self.units.last { $0.name != "min" && count.isMultiple(of: $0.nanoseconds) } ?? Self.units[0]
    return "\(count / unit.nanoseconds)\(unit.name)"
  }
}
