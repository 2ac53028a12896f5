import BenchSupport

/// The answer to `--list`.
enum Listing {
  static var text: String {
    var workloads = TextTable(header: ["Workload", "Set", "What is measured"], textColumns: 3)
    for workload in Workload.full {
      workloads.add([workload.id, Workload.core.contains(workload) ? "core" : "full", workload.title])
    }
    var opponents = TextTable(header: ["Opponent", "Takes part as"], textColumns: 2)
    for id in Registry.ids {
      opponents.add([id, Registry.names(of: id).joined(separator: ", ")])
    }
    return "\(opponents.rendered())\n\n\(workloads.rendered())"
  }
}
