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

extension Registry {
  static var ids: [String] {
    var ids: [String] = []
    for id in locks.map(\.id) + batons.map(\.id) + threads.map(\.id) where !ids.contains(id) { ids.append(id) }
    return ids
  }

  static func names(of id: String) -> [String] {
    var names: [String] = []
    for (other, name) in locks.map({ ($0.id, $0.name) }) + batons.map({ ($0.id, $0.name) })
      + threads.map({ ($0.id, $0.name) })
    where other == id && !names.contains(name) {
      names.append(name)
    }
    return names
  }
}
