import BenchSupport

/// The table of one cell: a row per opponent, FastLock's after the others, the best one marked.
enum CellTable {
  struct Column {
    let title: String
    let figure: (Report.Row) -> String
  }

  static func render(_ cell: Report.Cell) -> String {
    let columns = columns(for: cell)
    var table = TextTable(header: [""] + columns.map(\.title))
    // Who keeps the lock to itself is the best by throughput where sections are long, but not by far.
    let best = cell.table.tellsCost ? cell.best : nil
    let others = cell.opponents.filter { !$0.isFastLock }
    let own = cell.opponents.filter(\.isFastLock)
    func add(_ row: Report.Row) {
      let name = (row.id == best ? "* " : "  ") + row.name
      if row.rounds.isEmpty {
        table.add([name, "-"])
      } else if row.rounds.contains(where: { !$0.isIntact }) {
        table.add([name, "BROKEN"])
      } else {
        table.add([name] + columns.map { $0.figure(row) })
      }
    }
    others.forEach(add)
    if !own.isEmpty && !others.isEmpty { table.addRule() }
    own.forEach(add)
    return "\(heading(cell))\n\(table.rendered())"
  }

  private static func heading(_ cell: Report.Cell) -> String {
    let window = "\(cell.title)  [\(cell.id)], window \(Nanoseconds(cell.windowNanoseconds))"
    guard !cell.table.tellsCost else { return window }
    return "\(window), \(cell.rounds) \(cell.rounds == 1 ? "round" : "rounds")"
  }

  private static func columns(for cell: Report.Cell) -> [Column] {
    switch cell.table {
    case .time: timeColumns(cell)
    case .throughput, .coupling: throughputColumns(cell) + fairnessColumns(cell)
    case .latency: latencyColumns(cell)
    case .sections: sectionColumns(cell)
    case .mixture: mixtureColumns(cell)
    }
  }

  // MARK: Time per operation

  private static func timeColumns(_ cell: Report.Cell) -> [Column] {
    // Microseconds where all are that slow.
    let inMicroseconds = cell.opponents.allSatisfy { cell.median(of: $0) >= 1000 || $0.rounds.isEmpty }
    let (unit, scale) = inMicroseconds ? ("us", 1e-3) : ("ns", 1.0)
    return [
      Column(title: "\(unit)/op") { Figures.threeDigits(cell.median(of: $0) * scale) },
      Column(title: "min .. max") { spread($0.rounds.map { cell.value($0) * scale }) },
      Column(title: "of \(cell.reference?.name ?? "reference")'s") {
        Figures.fixed(Statistics.median(cell.ratios(of: $0)), decimals: 2)
      },
      Column(title: "CPU \(unit)/op") {
        Figures.threeDigits(median($0, \.cpuNanosecondsPerOperation) * scale)
      },
      Column(title: "switches/op") { Figures.threeDigits(median($0, \.contextSwitchesPerOperation)) },
    ]
  }

  // MARK: Operations per time

  private static func throughputColumns(_ cell: Report.Cell) -> [Column] {
    [
      throughput(cell), Column(title: "min .. max") { spread($0.rounds.map { cell.value($0) / 1e6 }) },
      ratio(cell),
    ]
  }

  private static func throughput(_ cell: Report.Cell) -> Column {
    Column(title: "Mop/s") { Figures.threeDigits(cell.median(of: $0) / 1e6) }
  }

  private static func ratio(_ cell: Report.Cell) -> Column {
    Column(title: "x pthread") { Figures.fixed(Statistics.median(cell.ratios(of: $0)), decimals: 2) }
  }

  private static var shares: [Column] {
    [
      Column(title: "Jain") { Figures.fixed(median($0, \.jainIndex), decimals: 2) },
      Column(title: "least") { Figures.fixed(median($0, \.leastShare) * 100, decimals: 0) + "%" },
      Column(title: "starved") { "\($0.rounds.map(\.starvedThreads).max() ?? 0)" },
    ]
  }

  private static func fairnessColumns(_ cell: Report.Cell) -> [Column] {
    let idle = Column(title: "idle ms") { row in
      Figures.fixed((row.rounds.compactMap(\.longestIdleSeconds).max() ?? .nan) * 1000, decimals: 0)
    }
    return (cell.threads > 1 ? shares : [])
      + (cell.opponents.contains { $0.rounds.contains { $0.longestIdleSeconds != nil } } ? [idle] : [])
      + [
        Column(title: "CPU ns") { Figures.threeDigits(median($0, \.cpuNanosecondsPerOperation)) },
        Column(title: "switch/kop") { Figures.threeDigits(median($0, \.contextSwitchesPerOperation) * 1000) },
      ]
  }

  private static func sectionColumns(_ cell: Report.Cell) -> [Column] {
    [Column(title: "op/s") { Figures.threeDigits(cell.median(of: $0)) }, ratio(cell)]
      + shares + [
        Column(title: "wait ms") { row in
          let longest = row.rounds.compactMap(\.waits?.longestNanoseconds).max()
          return Figures.fixed(longest.map { Double($0) / 1e6 } ?? .nan, decimals: 1)
        },
        Column(title: "overtaken") { row in
          row.rounds.compactMap(\.waits?.mostOvertakings).max().map { "\($0)" } ?? "-"
        },
        Column(title: "CPU us") { Figures.threeDigits(median($0, \.cpuNanosecondsPerOperation) / 1e3) },
        Column(title: "switches/op") { Figures.threeDigits(median($0, \.contextSwitchesPerOperation)) },
      ]
  }

  private static func latencyColumns(_ cell: Report.Cell) -> [Column] {
    func column(_ title: String, _ path: KeyPath<Measurement.Latency, UInt64>) -> Column {
      Column(title: title) { row in
        span(Statistics.median(row.rounds.compactMap { $0.latency.map { Double($0[keyPath: path]) } }))
      }
    }
    return [
      throughput(cell), ratio(cell),
      column("p50", \.p50), column("p99", \.p99), column("p99.9", \.p999), column("p99.99", \.p9999),
      column("maximum", \.maximum),
      Column(title: "worst") {
        span($0.rounds.compactMap { $0.latency.map { Double($0.maximum) } }.max() ?? .nan)
      },
      Column(title: "least") { Figures.fixed(median($0, \.leastShare) * 100, decimals: 0) + "%" },
    ]
  }

  // MARK: Figures

  private static func median(_ row: Report.Row, _ value: (Measurement) -> Double) -> Double {
    Statistics.median(row.rounds.map(value))
  }

  private static func spread(_ values: [Double]) -> String {
    guard let least = values.min(), let most = values.max() else { return "-" }
    return "\(Figures.threeDigits(least)) .. \(Figures.threeDigits(most))"
  }

  private static func span(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1e3: "\(Figures.threeDigits(nanoseconds)) ns"
    case ..<1e6: "\(Figures.threeDigits(nanoseconds / 1e3)) us"
    default: "\(Figures.threeDigits(nanoseconds / 1e6)) ms"
    }
  }
}
