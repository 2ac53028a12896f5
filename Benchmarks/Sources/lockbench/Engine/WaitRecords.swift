import Histogram

typealias LatencyHistogram = Histogram<UInt64>

/// The waits of one worker.
struct WaitRecord {
  // Up to a minute, three significant digits.
  var histogram = LatencyHistogram(
    highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three)
  private(set) var longest: UInt64 = 0
  private(set) var mostOvertakings: UInt64 = 0

  /// The longest is kept aside: the histogram rounds it, and knows none of more than a minute.
  mutating func record(_ wait: UInt64, overtakings: UInt64) {
    histogram.record(wait)
    longest = max(longest, wait)
    mostOvertakings = max(mostOvertakings, overtakings)
  }
}

/// One record a worker, each touched by its worker alone until the crew has ended.
final class WaitRecords: @unchecked Sendable {
  private let records: [UnsafeMutablePointer<WaitRecord>]

  init(threads: Int) {
    records = (0..<threads).map { _ in
      let record = allocateBlock(for: WaitRecord.self)
      record.initialize(to: WaitRecord())
      return record
    }
  }

  deinit {
    for record in records {
      record.deinitialize(count: 1)
      record.deallocate()
    }
  }

  subscript(worker: Int) -> WaitRecord {
    unsafeAddress { UnsafePointer(records[worker]) }
    unsafeMutableAddress { records[worker] }
  }

  func latency() -> Measurement.Latency {
    var all = records[0].pointee.histogram
    for record in records.dropFirst() { all.add(record.pointee.histogram) }
    return Measurement.Latency(
      p50: all.valueAtPercentile(50), p99: all.valueAtPercentile(99), p999: all.valueAtPercentile(99.9),
      p9999: all.valueAtPercentile(99.99), maximum: all.max)
  }

  func waits() -> Measurement.Waits {
    Measurement.Waits(
      longestNanoseconds: records.map(\.pointee.longest).max() ?? 0,
      mostOvertakings: records.map(\.pointee.mostOvertakings).max() ?? 0)
  }
}
