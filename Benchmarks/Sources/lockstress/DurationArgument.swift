import ArgumentParser

/// A length of time as one writes it: `500ms`, `10s`, `2.5m`, `1h`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
  let duration: Duration
  let description: String

  init?(argument: String) {
    let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
    guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }),
      let amount = Double(argument.dropLast(unit.suffix.count)), amount > 0,
      amount * unit.seconds <= 31_536_000
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
