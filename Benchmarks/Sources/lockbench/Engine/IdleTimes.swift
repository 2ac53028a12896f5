/// How long each worker's counter stood still, from samples.
///
/// An upper bound: a change seen by a sample happened somewhere after the sample before, so an idle time is counted
/// from the sample before the last change to the first sample after the next. A worker that is never idle shows
/// two intervals.
struct IdleTimes {
  static let interval: UInt64 = 20_000_000
  static let shortestWindow: UInt64 = 1_000_000_000

  private var counts: [UInt64]
  private var idleSince: [UInt64]
  private var lastSample: UInt64
  private(set) var longest: [UInt64]

  init(start: UInt64, counts: [UInt64]) {
    self.counts = counts
    idleSince = counts.map { _ in start }
    lastSample = start
    longest = counts.map { _ in 0 }
  }

  mutating func sample(at now: UInt64, counts new: [UInt64]) {
    for index in new.indices {
      longest[index] = max(longest[index], now - idleSince[index])
      guard new[index] != counts[index] else { continue }
      counts[index] = new[index]
      idleSince[index] = lastSample
    }
    lastSample = now
  }
}
