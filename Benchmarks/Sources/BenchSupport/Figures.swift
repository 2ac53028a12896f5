/// Numbers as a reader wants them: three significant digits, plain decimals.
package enum Figures {
  package static func threeDigits(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    guard value != 0 else { return "0" }
    var decimals = 0
    var limit = 99.95
    while abs(value) < limit && decimals < mostDecimals {
      decimals += 1
      limit /= 10
    }
    return fixed(value, decimals: decimals)
  }

  private static let mostDecimals = 6

  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "-" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int64((abs(value) * scale).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % Int64(scale))
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(scaled / Int64(scale)).\(zeros)\(fraction)"
  }

  /// A rough time for people: "45 s", "12 min".
  package static func roughly(seconds: Double) -> String {
    guard seconds >= 90 else { return "\(Int(seconds.rounded(.up))) s" }
    return "\(Int((seconds / 60).rounded(.up))) min"
  }
}
