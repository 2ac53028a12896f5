import BenchSupport

// MARK: One mixture

extension CellTable {
  static func mixtureColumns(_ cell: Report.Cell) -> [Column] {
    func column(_ title: String, _ figure: @escaping (Report.MixtureStanding) -> String) -> Column {
      Column(title: title) { row in Report.MixtureStanding(row, in: cell).map(figure) ?? "-" }
    }
    return [
      Column(title: "op/s") { Figures.threeDigits(cell.median(of: $0)) },
      column("wait ms") { milliseconds($0.longestWaitNanoseconds) },
      column("limit") { milliseconds($0.limits.waitNanoseconds) },
      column("") { $0.exceedsWaitLimit ? "exceeds" : "" },
      column("overtaken") { "\($0.mostOvertakings)" },
      column("limit") { "\($0.limits.overtakings)" },
      column("") { $0.exceedsOvertakingLimit ? "exceeds" : "" },
      column("Jain") { Figures.fixed($0.jainIndex, decimals: 2) },
      column("wanted") { $0.limits.jainIndex.map { Figures.fixed($0, decimals: 2) } ?? "-" },
      column("") { $0.missesJainIndex ? "below" : "" },
      column("least") { Figures.fixed($0.leastShare * 100, decimals: 0) + "%" },
    ]
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> String {
    Figures.fixed(Double(nanoseconds) / 1e6, decimals: 1)
  }
}

// MARK: All of them

/// How often each lock exceeds the limits.
enum MixtureTable {
  /// Nil where there are not two mixtures.
  static func render(_ standings: [Report.MixtureStanding]) -> String? {
    guard Set(standings.map(\.cell)).count > 1 else { return nil }
    var table = TextTable(
      header: [
        "", "mixtures", "wait exceeds", "worst, of limit", "overtaken exceeds", "worst, of limit",
        "Jain below",
      ])
    var wasOwn = false
    let names = standings.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    for name in names {
      let own = standings.filter { $0.name == name }
      if own[0].isFastLock && !wasOwn { table.addRule() }
      wasOwn = own[0].isFastLock
      let waits = own.map { Double($0.longestWaitNanoseconds) / Double($0.limits.waitNanoseconds) }
      let overtakings = own.map { Double($0.mostOvertakings) / Double($0.limits.overtakings) }
      table.add([
        "  " + name, "\(own.count)",
        "\(own.count(where: \.exceedsWaitLimit))", Figures.fixed(waits.max() ?? .nan, decimals: 2),
        "\(own.count(where: \.exceedsOvertakingLimit))",
        Figures.fixed(overtakings.max() ?? .nan, decimals: 2),
        "\(own.count(where: \.missesJainIndex))",
      ])
    }
    return "Mixtures in which a limit is exceeded\n\(table.rendered())"
  }

  static func remarks(_ report: Report) -> [String] {
    let names = report.overtakenTooOften
    return names.isEmpty ? [] : ["Overtaken too often: \(names.joined(separator: ", "))."]
  }
}
