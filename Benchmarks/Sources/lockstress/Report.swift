import BenchSupport
import CStressSupport

/// The text that ends a run: the load that was held, the noise that was survived, the cost, the verdict.
struct Report {
  private let result: RunResult
  /// The command that repeats the run.
  private let command: String

  init(_ result: RunResult, command: String) {
    self.result = result
    self.command = command
  }

  var text: String {
    var parts: [String] = []
    if let account = result.account {
      parts += [operations(account), holds(account)]
      if result.kinds.contains(where: { account.kinds[$0.index].judgedWaits > 0 }) {
        parts.append(overtaking(account))
      }
    }
    if !result.noise.isEmpty { parts.append(noise) }
    parts.append(cost)
    parts.append(([summary] + violations).joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  // MARK: The load

  private func operations(_ account: Account) -> String {
    var table = TextTable(
      header: ["lock", "operation", "performed", "refused", "interrupted", "longest wait"], textColumns: 2)
    for kind in result.kinds {
      for (index, name) in kind.operations.enumerated() {
        let operation = account.kinds[kind.index].operations[index]
        table.add(
          [index == 0 ? kind.name : "", name] + Outcome.allCases.map { String(operation[$0]) }
            + [operation.longestWait.map(formatTime) ?? "-"])
      }
    }
    return table.rendered()
  }

  private func holds(_ account: Account) -> String {
    var table = TextTable(header: ["lock", "holds", "long holds", "longest of them"])
    for kind in result.kinds {
      let held = account.kinds[kind.index]
      table.add([
        kind.name, String(held.holds), String(held.longHolds), held.longestHold.map(formatTime) ?? "-",
      ])
    }
    return table.rendered()
  }

  private func overtaking(_ account: Account) -> String {
    var table = TextTable(header: ["lock", "waits for long sections", "most overtaken", "allowed"])
    for kind in result.kinds {
      let held = account.kinds[kind.index]
      let most = held.mostOvertaken
      table.add([
        kind.name, String(held.judgedWaits), most.map { String($0.overtaken) } ?? "-",
        most.map { String($0.allowed) } ?? "-",
      ])
    }
    return table.rendered()
  }

  // MARK: The noise

  private var noise: String {
    var table = TextTable(header: ["noise", "survived"], textColumns: 2)
    for account in result.noise { table.add([account.noise.rawValue, account.text]) }
    return table.rendered()
  }

  // MARK: The cost

  private var cost: String {
    let usage = result.usage
    let share = Figures.threeDigits(Double(result.threads) / Double(result.cpus))
    let cpus = result.cpus == 1 ? "1 CPU" : "each of \(result.cpus) CPUs"
    let memory = Figures.threeDigits(Double(usage.peak_bytes) / 1_048_576)
    var table = TextTable(header: ["cost", ""], textColumns: 2)
    table.add(["threads", "\(result.threads) and \(HelperPool.threads) helpers; \(share) for \(cpus)"])
    table.add([
      "CPU time",
      "\(formatSeconds(usage.user_nanoseconds)) in user mode, \(formatSeconds(usage.system_nanoseconds)) in the kernel",
    ])
    table.add([
      "switches",
      "\(usage.voluntary_switches) voluntary, \(usage.involuntary_switches) involuntary context switches",
    ])
    table.add(["memory", "\(memory) MiB at most"])
    return table.rendered()
  }

  // MARK: The verdict

  private var summary: String {
    var parts = [
      "\(result.operations) operations in \(result.rounds) rounds, \(formatSeconds(result.nanoseconds))"
    ]
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
