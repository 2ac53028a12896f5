import BenchSupport

extension Report {
  /// Contended cells as a contest with the best of the others.
  struct Comparison: Codable, Sendable {
    /// Over the rounds.
    struct Spread: Codable, Sendable, Equatable {
      var median: Double
      var least: Double
      var most: Double
    }

    /// A lock in a cell; ratios are those of rounds.
    struct Standing: Codable, Sendable {
      var id: String
      var name: String
      var isFastLock: Bool
      var ratioToBest: Spread
      var cpuRatioToBest: Spread
      var ratioToReference: Spread
      var processBarriers: Spread
      var barriersPer10000Operations: Spread
    }

    struct Cell: Codable, Sendable {
      var id: String
      /// Who is best among those that are not FastLock's.
      var best: String
      var standings: [Standing]
    }

    /// A lock over all cells: geometric means of the cells' medians.
    struct Mean: Codable, Sendable {
      var id: String
      var name: String
      var isFastLock: Bool
      var ratioToBest: Double
      var leastRatioToBest: Double
      var leastCell: String
      var cpuRatioToBest: Double
      var ratioToReference: Double
    }

    var cells: [Cell]
    /// Of the locks that stand in every cell.
    var means: [Mean]

    init(_ cells: [Report.Cell]) {
      self.cells = cells.compactMap(Cell.init)
      means = Self.means(self.cells)
    }

    private static func means(_ cells: [Cell]) -> [Mean] {
      guard let first = cells.first else { return [] }
      return first.standings.compactMap { lock in
        let all = cells.compactMap { cell in
          cell.standings.first { $0.id == lock.id }.map { (cell: cell.id, standing: $0) }
        }
        guard all.count == cells.count,
          let least = all.min(by: { $0.standing.ratioToBest.median < $1.standing.ratioToBest.median })
        else { return nil }
        func mean(_ ratio: KeyPath<Standing, Spread>) -> Double {
          Statistics.geometricMean(all.map { $0.standing[keyPath: ratio].median })
        }
        return Mean(
          id: lock.id, name: lock.name, isFastLock: lock.isFastLock, ratioToBest: mean(\.ratioToBest),
          leastRatioToBest: least.standing.ratioToBest.median, leastCell: least.cell,
          cpuRatioToBest: mean(\.cpuRatioToBest), ratioToReference: mean(\.ratioToReference))
      }
    }
  }
}

extension Report.Comparison.Spread {
  /// Nil of nothing.
  init?(_ values: [Double]) {
    guard let least = values.min(), let most = values.max() else { return nil }
    self.init(median: Statistics.median(values), least: least, most: most)
  }
}

extension Report.Comparison.Cell {
  /// Nil where nobody competes or nobody has been measured.
  fileprivate init?(_ cell: Report.Cell) {
    guard let best = cell.bestOpponent else { return nil }
    id = cell.id
    self.best = best.id
    standings = cell.competitors.compactMap { Report.Comparison.Standing($0, in: cell, best) }
  }
}

extension Report.Comparison.Standing {
  fileprivate init?(_ row: Report.Row, in cell: Report.Cell, _ best: Report.Row) {
    typealias Spread = Report.Comparison.Spread
    guard let throughput = Spread(row.ratios(to: best, cell.value)),
      let cpu = Spread(row.ratios(to: best, \.cpuNanosecondsPerOperation)),
      let reference = Spread(cell.ratios(of: row)),
      let barriers = Spread(row.rounds.map { Double($0.processBarriers) }),
      let barrierRate = Spread(row.rounds.map(\.barriersPer10000Operations))
    else { return nil }
    self.init(
      id: row.id, name: row.name, isFastLock: row.isFastLock, ratioToBest: throughput, cpuRatioToBest: cpu,
      ratioToReference: reference, processBarriers: barriers, barriersPer10000Operations: barrierRate)
  }
}

extension Report.Cell {
  /// Whether threads compete here for the most operations, with nothing in their loops but that.
  var isContest: Bool { table == .throughput && threads > 1 }

  /// Without the control, and without locks that do not lock.
  fileprivate var competitors: [Report.Row] {
    opponents.filter { $0.id != Registry.control && $0.rounds.allSatisfy(\.isIntact) }
  }

  /// Who is best in a contest among those that are not FastLock's.
  var bestOpponent: Report.Row? {
    isContest ? best(of: competitors.filter { !$0.isFastLock }) : nil
  }
}
