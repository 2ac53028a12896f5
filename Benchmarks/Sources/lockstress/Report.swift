/// The text that ends a run.
struct Report {
  private let result: RunResult
  /// The command that repeats the run.
  private let command: String

  init(_ result: RunResult, command: String) {
    self.result = result
    self.command = command
  }

  var lines: [String] {
    table + [""] + [summary] + violations
  }

  private var table: [String] {
    guard !result.counts.isEmpty else { return [] }
    let names = result.kinds.map(\.name.count).max() ?? 0
    let operations = result.kinds.flatMap { $0.operations.map(\.count) }.max() ?? 0
    func row(_ lock: String, _ operation: String, _ counts: [String]) -> String {
      lock.padded(to: names + 2) + operation.padded(to: operations + 2)
        + counts.map { $0.leftPadded(to: 13) }.joined()
    }
    var lines = [row("lock", "operation", ["performed", "refused", "interrupted"])]
    for kind in result.kinds {
      for (operation, name) in kind.operations.enumerated() {
        let counts = Outcome.allCases.map { result.count($0, kind: kind.index, operation: operation) }
        lines.append(row(operation == 0 ? kind.name : "", name, counts.map(String.init)))
      }
    }
    return lines
  }

  private var summary: String {
    var parts = [
      "\(result.operations) operations in \(result.rounds) rounds, \(formatSeconds(result.nanoseconds))"
    ]
    if let sent = result.signalsSent {
      parts.append("\(sent) signals sent, \(result.signalsHandled) handled")
    }
    if result.wasInterrupted { parts.append("stopped early") }
    let violations = result.violations.total + (result.hang == nil ? 0 : 1)
    parts.append(violations == 1 ? "1 violation" : "\(violations) violations")
    return parts.joined(separator: "; ")
  }

  private var violations: [String] {
    guard !result.isClean else { return [] }
    var lines = result.violations.kept.map { "violation: \($0.description)" }
    let more = result.violations.total - result.violations.kept.count
    if more > 0 { lines.append("and \(more) more") }
    if let hang = result.hang {
      lines.append("violation: no waiter left behind: threads make no progress [round \(result.rounds)]")
      lines += hang.map { "  \($0)" }
    }
    return lines + ["repeat with: \(command)"]
  }
}
