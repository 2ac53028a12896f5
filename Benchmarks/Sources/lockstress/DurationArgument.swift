import ArgumentParser

/// A length of time as one writes it: `500ms`, `10s`, `2.5m`, `1h`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
  let duration: Duration
  let description: String

  private static let longestSeconds = 31_536_000.0

  init?(argument: String) {
    let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
    let number = argument.prefix { "0123456789.".contains($0) }
    guard let unit = units.first(where: { $0.suffix == argument.dropFirst(number.count) }),
      let amount = Double(number), amount > 0,
      amount * unit.seconds <= Self.longestSeconds
    else { return nil }
    duration = .seconds(amount * unit.seconds)
    description = argument
  }

  private init(duration: Duration, description: String) {
    self.duration = duration
    self.description = description
  }

  static func seconds(_ count: Int) -> DurationArgument {
    DurationArgument(duration: .seconds(count), description: "\(count)s")
  }
}
