import BenchSupport
import Glibc

/// Threads whose critical sections differ, or are long, or both.
struct Mixture: Hashable, Codable, Sendable {
  /// What one thread does while it holds the lock.
  struct Section: Hashable, Codable, Sendable {
    var nanoseconds: UInt64
    var isBusy: Bool
  }

  var id: String
  /// One a thread.
  var sections: [Section]
  /// For which each thread is asleep between two sections.
  var outsideNanoseconds: UInt64

  init(id: String, sections: [Section], outsideNanoseconds: UInt64 = 0) {
    self.id = id
    self.sections = sections
    self.outsideNanoseconds = outsideNanoseconds
  }

  var threads: Int { sections.count }
  var busyThreads: Int { sections.count(where: \.isBusy) }
  /// One section of every thread, one after the other.
  var sumOfSections: UInt64 { sections.map(\.nanoseconds).reduce(0, +) }
  var hasEqualSections: Bool { Set(sections.map(\.nanoseconds)).count == 1 }
}

// MARK: Which there are

extension Mixture {
  static let fixed = [
    Mixture(id: "mixture-4x5ms", sections: asleep(milliseconds: [5, 5, 5, 5])),
    Mixture(
      id: "mixture-2x1ms-2x3ms", sections: asleep(milliseconds: [1, 1, 3, 3]), outsideNanoseconds: 1_000_000),
  ]

  private static func asleep(milliseconds: [UInt64]) -> [Section] {
    milliseconds.map { Section(nanoseconds: $0 * 1_000_000, isBusy: false) }
  }

  /// The same for the same seed.
  static func all(seed: UInt64) -> [Mixture] {
    var random = SplitMix64(seed: seed)
    return fixed + (1...drawnCount).map { draw(id: "mixture-\($0)", &random) }
  }

  static let drawnCount = 40
  static let drawnThreads = 2...64
  static let shortestSection: UInt64 = 100_000
  static let longestSection: UInt64 = 50_000_000
  /// Keeps the window of eight such sums, and with it a run of all mixtures, short.
  static let mostSumOfSections: UInt64 = 400_000_000

  private enum Kind: CaseIterable {
    case asleep, busy, mixed
  }

  private static func draw(id: String, _ random: inout SplitMix64) -> Mixture {
    let threads = Int(
      logarithmic(UInt64(drawnThreads.lowerBound)...UInt64(drawnThreads.upperBound), &random))
    let longest = min(longestSection, mostSumOfSections / UInt64(threads))
    let areEqual = Bool.random(using: &random)
    let kind = Kind.allCases[Int.random(in: 0..<Kind.allCases.count, using: &random)]
    let common = section(longest, &random)
    return Mixture(
      id: id,
      sections: (0..<threads).map { index in
        let nanoseconds = areEqual ? common : section(longest, &random)
        return switch kind {
        case .asleep: Section(nanoseconds: nanoseconds, isBusy: false)
        case .busy: Section(nanoseconds: nanoseconds, isBusy: true)
        // One of each in any case.
        case .mixed:
          Section(
            nanoseconds: nanoseconds, isBusy: index < 2 ? index == 0 : Bool.random(using: &random))
        }
      })
  }

  /// In whole tenths of a millisecond, to be told in few digits.
  private static func section(_ longest: UInt64, _ random: inout SplitMix64) -> UInt64 {
    logarithmic(1...longest / shortestSection, &random) * shortestSection
  }

  /// Small numbers as often as large ones: the logarithm is spread evenly.
  private static func logarithmic(_ range: ClosedRange<UInt64>, _ random: inout SplitMix64) -> UInt64 {
    let (least, most) = (Double(range.lowerBound), Double(range.upperBound) + 1)
    let drawn = least * pow(most / least, Double.random(in: 0..<1, using: &random))
    return min(max(UInt64(drawn), range.lowerBound), range.upperBound)
  }
}

extension Mixture: CustomStringConvertible {
  var description: String {
    let kind =
      switch busyThreads {
      case 0: " asleep"
      case threads: " busy"
      default: ", \(busyThreads) busy"
      }
    let lengths = sections.map(\.nanoseconds)
    let (least, most) = (Self.milliseconds(lengths.min() ?? 0), Self.milliseconds(lengths.max() ?? 0))
    let outside = outsideNanoseconds == 0 ? "" : "outside \(Self.milliseconds(outsideNanoseconds)) ms, "
    return "\(threads) threads\(kind), sections \(least == most ? least : "\(least) .. \(most)") ms, "
      + "\(outside)sum \(Self.milliseconds(sumOfSections)) ms"
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> String {
    Figures.fixed(Double(nanoseconds) / 1e6, decimals: nanoseconds.isMultiple(of: 1_000_000) ? 0 : 1)
  }
}
