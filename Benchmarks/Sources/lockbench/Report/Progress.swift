import BenchSupport
import CBenchSupport
import Glibc

/// One line that overwrites itself, on standard error and only if that is a terminal.
struct Progress {
  private let isShown = isatty(STDERR_FILENO) == 1
  private let totalSeconds: Double
  private let start = bench_now()

  init(totalSeconds: Double) {
    self.totalSeconds = totalSeconds
  }

  func show(round: Int, of rounds: Int, _ cell: Plan.Cell, _ entry: Plan.Entry) {
    guard isShown else { return }
    let elapsed = Double(bench_now() - start) / 1e9
    let left = max(totalSeconds - elapsed, 0)
    let text =
      "round \(round)/\(rounds)  \(cell.workload.id): \(entry.name)  "
      + "(\(Figures.roughly(seconds: left)) left, Ctrl-C reports what is done)"
    show("\r\u{1B}[K" + text.prefix(Self.columns() - 1))
  }

  func finish() {
    if isShown { show("\r\u{1B}[K") }
  }

  /// What cannot be shown is no loss.
  private func show(_ text: String) {
    try? Output.standardError.write(text)
  }

  private static func columns() -> Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
    return Int(size.ws_col)
  }
}
