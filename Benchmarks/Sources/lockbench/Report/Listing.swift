import BenchSupport

/// The answer to `--list`.
enum Listing {
  static var text: String {
    var workloads = TextTable(header: ["Workload", "Sets", "What is measured"], textColumns: 3)
    for workload in Workload.full {
      let sets = Workload.sets.filter { $0.workloads.contains(workload) }.map(\.name)
      workloads.add([workload.id, sets.joined(separator: ", "), workload.title])
    }
    var opponents = TextTable(header: ["Opponent", "Takes part as"], textColumns: 2)
    for id in Registry.ids {
      opponents.add([id, Registry.names(of: id).joined(separator: ", ")])
    }
    return "\(opponents.rendered())\n\n\(workloads.rendered())"
  }
}
