import BenchSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A line on standard error that is overwritten as the run goes on; nothing if that is not a terminal.
struct ProgressLine {
  private static let interval: UInt64 = 200_000_000

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let duration: Duration
  private var nextUpdate: UInt64 = 0

  init(duration: Duration) {
    self.duration = duration
  }

  mutating func show(at elapsed: UInt64, rounds: Int, operations: Int) {
    guard isTerminal, elapsed >= nextUpdate else { return }
    nextUpdate = elapsed + Self.interval
    show(
      "\r\(formatSeconds(elapsed)) of \(formatSeconds(duration.wholeNanoseconds)), "
        + "\(rounds) rounds, \(operations) operations\u{1b}[K")
  }

  func erase() {
    if isTerminal { show("\r\u{1b}[K") }
  }

  /// What cannot be shown is no loss.
  private func show(_ text: String) {
    try? Output.standardError.write(text)
  }
}
