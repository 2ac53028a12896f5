import BenchSupport

/// The answer to `--list`.
enum Listing {
  static func text(optionalLocks: [OptionalLock] = OptionalLock.all) -> String {
    var workloads = TextTable(header: ["Workload", "Sets", "What is measured"], textColumns: 3)
    for workload in Workload.full {
      let sets = Workload.sets.filter { $0.workloads.contains(workload) }.map(\.name)
      workloads.add([workload.id, sets.joined(separator: ", "), workload.title])
    }
    for mixture in Mixture.fixed {
      workloads.add([mixture.id, Workload.mixtures, Workload.mixture(mixture).title])
    }
    workloads.add([
      "mixture-1 ... mixture-\(Mixture.drawnCount)", Workload.mixtures, "Mixtures drawn from the seed",
    ])
    var opponents = TextTable(header: ["Opponent", "Takes part as"], textColumns: 2)
    for id in Registry.ids {
      opponents.add([id, Registry.names(of: id).joined(separator: ", ")])
    }
    return
      ([opponents.rendered()] + [missing(optionalLocks)].compactMap { $0 } + ["", workloads.rendered()])
      .joined(separator: "\n")
  }

  /// What would add opponents; nil if nothing would.
  private static func missing(_ locks: [OptionalLock]) -> String? {
    let missing = locks.filter { $0.installed == nil }
    guard !missing.isEmpty else { return nil }
    return "Not built in: \(missing.map(\.id).joined(separator: ", ")). To add: install "
      + "\(missing.map(\.package).joined(separator: " ")), run `swift package purge-cache`, build."
  }
}
