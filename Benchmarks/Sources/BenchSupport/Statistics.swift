import Glibc

/// Robust statistics of few, noisy numbers.
package enum Statistics {
  /// The middle value, or the mean of the two middle ones; NaN of nothing.
  package static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// NaN of nothing; of positive values.
  package static func geometricMean(_ values: [Double]) -> Double {
    exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
  }

  /// Jain's fairness index: 1 when all got the same, 1/n when one got everything; NaN when nobody got anything.
  package static func jainIndex(_ shares: [Double]) -> Double {
    let sum = shares.reduce(0, +)
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    return sum * sum / (Double(shares.count) * squares)
  }
}
