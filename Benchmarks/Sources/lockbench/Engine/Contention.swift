import BenchSupport

extension Workload {
  /// Threads that all do the same: a critical section, then something outside.
  struct Contention: Hashable, Sendable {
    var threads: Int
    var inside: Nanoseconds
    var outside: Nanoseconds
    /// Whether a thread is asleep in its critical section instead of busy.
    var sleepsInside = false
  }
}

extension Workload.Contention {
  /// From here on two clock readings are less than a thousandth of an operation.
  private static let leastLongSection = Nanoseconds(100_000)

  /// Whether sections last so long that each wait is timed and windows are reckoned in sections.
  var hasLongSections: Bool { sleepsInside || inside.count >= Self.leastLongSection.count }

  /// One section of every thread, one after the other.
  var sumOfSections: UInt64 { UInt64(threads) * inside.count }
}

// MARK: Names

extension Workload.Contention: CustomStringConvertible {
  static let mostThreads = 1024
  private static let asleep = "sleep"

  init?(threads: Int, inside: String, outside: String) {
    let sleepsInside = inside.hasPrefix(Self.asleep)
    let inside = sleepsInside ? Self.sleep(inside.dropFirst(Self.asleep.count)) : Self.span(inside)
    guard (1...Self.mostThreads).contains(threads), let inside, let outside = Self.span(outside) else {
      return nil
    }
    self.init(threads: threads, inside: inside, outside: outside, sleepsInside: sleepsInside)
  }

  /// "16t-100ns-1us" or "4t-sleep5ms-0": threads, critical section, outside work.
  init?(id: String) {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let threads = Workload.threads(parts[0]) else { return nil }
    self.init(threads: threads, inside: String(parts[1]), outside: String(parts[2]))
  }

  /// At most a millisecond: longer busy sections measure the scheduler.
  private static func span(_ text: String) -> Nanoseconds? {
    if text == "0" { return Nanoseconds(0) }
    guard let span = Nanoseconds(text), span.count <= 1_000_000 else { return nil }
    return span
  }

  /// At most 50 ms: so long that the most threads come to their ends one after the other before that counts as a hang.
  private static func sleep(_ text: Substring) -> Nanoseconds? {
    guard let span = Nanoseconds(String(text)), (1...50_000_000).contains(span.count) else { return nil }
    return span
  }

  var id: String { "\(threads)t-\(sleepsInside ? Self.asleep : "")\(inside)-\(outside)" }

  var description: String {
    "\(threads) \(threads == 1 ? "thread" : "threads"), critical section \(inside)"
      + "\(sleepsInside ? " asleep" : ""), outside \(outside)"
  }
}
