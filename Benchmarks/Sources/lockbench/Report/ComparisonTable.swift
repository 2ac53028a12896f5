import BenchSupport

/// How FastLock's locks stand against the best opponent: under the table of each contended cell, and over all cells.
enum ComparisonTable {
  typealias Comparison = Report.Comparison

  /// Nil where none of FastLock's locks stands.
  static func render(_ cell: Comparison.Cell) -> String? {
    let own = cell.standings.filter(\.isFastLock)
    guard !own.isEmpty, let best = cell.standings.first(where: { $0.id == cell.best }) else { return nil }
    var table = TextTable(
      header: [
        "Against \(best.name)", "x best", "min .. max", "CPU of best's", "min .. max", "barriers", "/10 kop",
      ])
    for row in own {
      table.add(
        ["  " + row.name] + figures(row.ratioToBest) + figures(row.cpuRatioToBest) + [
          Figures.fixed(row.processBarriers.median, decimals: 0),
          Figures.threeDigits(row.barriersPer10000Operations.median),
        ])
    }
    return table.rendered()
  }

  /// Nil where there are not two cells to take means of.
  static func render(means comparison: Comparison) -> String? {
    let count = comparison.cells.count
    guard count > 1, !comparison.means.isEmpty else { return nil }
    var table = TextTable(header: ["", "x best", "worst", "in", "CPU of best's", "x pthread"])
    var wasOwn = false
    for row in comparison.means {
      if row.isFastLock && !wasOwn { table.addRule() }
      wasOwn = row.isFastLock
      table.add([
        "  " + row.name, Figures.fixed(row.ratioToBest, decimals: 2),
        Figures.fixed(row.leastRatioToBest, decimals: 2), row.leastCell,
        Figures.fixed(row.cpuRatioToBest, decimals: 2), Figures.fixed(row.ratioToReference, decimals: 2),
      ])
    }
    return "Geometric means over the \(count) contended cells; best: the opponent that is best in the cell\n"
      + table.rendered()
  }

  /// The most barriers for what was done under FastLock's locks; nothing where none of them stands.
  static func barriers(_ comparison: Comparison) -> [String] {
    let rates = comparison.cells.flatMap { cell in
      cell.standings.filter(\.isFastLock).map {
        (rate: $0.barriersPer10000Operations.most, row: $0.name, cell: cell.id)
      }
    }
    guard let worst = rates.max(by: { $0.rate < $1.rate }) else { return [] }
    guard worst.rate > 0 else { return ["FastLock issued no process-wide barrier in a contended window."] }
    return [
      "Process-wide barriers: at most \(Figures.threeDigits(worst.rate)) for 10000 acquisitions in a round "
        + "(\(worst.row), \(worst.cell))."
    ]
  }

  private static func figures(_ spread: Comparison.Spread) -> [String] {
    [
      Figures.fixed(spread.median, decimals: 2),
      "\(Figures.fixed(spread.least, decimals: 2)) .. \(Figures.fixed(spread.most, decimals: 2))",
    ]
  }
}
