import BenchSupport

/// Everything about a run: what the table is made of and what the files contain.
struct Report: Codable, Sendable {
  struct Settings: Codable, Sendable {
    var seed: UInt64
    var rounds: Int
    var windowNanoseconds: UInt64
    var workStepNanoseconds: Double
    var estimatedSeconds: Double
  }

  struct Cell: Codable, Sendable {
    var id: String
    var title: String
    var metric: Workload.Metric
    var table: Workload.Table
    var threads: Int
    var windowNanoseconds: UInt64
    var rounds: Int
    var mixture: Mixture?
    var limits: MixtureLimits?
    var opponents: [Row]
  }

  struct Row: Codable, Sendable {
    var id: String
    var name: String
    var isFastLock: Bool
    var rounds: [Measurement]
  }

  struct Course: Codable, Sendable {
    var wasInterrupted: Bool
    /// The cell and the opponent with which a thread never came to its end.
    var stuck: String?
    var repeatedBecauseOfSteal: Int
    var keptInSpiteOfSteal: Int
    var omissions: [String]
  }

  var environment: Environment
  var settings: Settings
  var course: Course
  var cells: [Cell]
  var comparison: Comparison
  var mixtureStandings: [MixtureStanding]

  init(_ environment: Environment, _ settings: Settings, _ plan: Plan, _ results: Results) {
    self.environment = environment
    self.settings = settings
    course = Course(
      wasInterrupted: results.failure == .interrupted,
      stuck: results.failure == .stuck ? results.lastStarted : nil,
      repeatedBecauseOfSteal: results.repeatedVisits,
      keptInSpiteOfSteal: results.visitsWithSteal,
      omissions: plan.omissions)
    cells = zip(plan.cells, results.measurements).map { cell, measurements in
      Cell(
        id: cell.workload.id, title: cell.workload.title, metric: cell.workload.metric,
        table: cell.workload.table, threads: cell.workload.threads,
        windowNanoseconds: cell.timing.window, rounds: min(settings.rounds, cell.mostRounds),
        mixture: cell.workload.mixture, limits: cell.workload.mixture.map { MixtureLimits($0) },
        opponents: zip(cell.entries, measurements).map { entry, rounds in
          Row(id: entry.id, name: entry.name, isFastLock: entry.isFastLock, rounds: rounds)
        })
    }
    comparison = Comparison(cells)
    mixtureStandings = cells.flatMap { cell in cell.opponents.compactMap { MixtureStanding($0, in: cell) } }
  }
}

// MARK: Summaries

extension Report.Cell {
  func value(_ measurement: Measurement) -> Double {
    switch metric {
    case .nanosecondsPerOperation: measurement.nanosecondsPerOperation
    case .operationsPerSecond: measurement.operationsPerSecond
    }
  }

  var reference: Report.Row? { opponents.first { $0.id == Registry.reference } }

  /// A row's value over that of the reference, round by round.
  func ratios(of row: Report.Row) -> [Double] {
    guard let reference else { return [] }
    return row.ratios(to: reference, value)
  }

  func median(of row: Report.Row) -> Double {
    Statistics.median(row.rounds.map { value($0) })
  }

  /// The best of all; the control is no competitor.
  var best: String? {
    best(of: opponents.filter { $0.id != Registry.control })?.id
  }

  /// The row with the best ratio to the reference, which what changes between rounds does not touch.
  func best(of rows: [Report.Row]) -> Report.Row? {
    let ranked = rows.map { (row: $0, ratio: Statistics.median(ratios(of: $0))) }
      .filter { $0.ratio.isFinite }
    return switch metric {
    case .nanosecondsPerOperation: ranked.min { $0.ratio < $1.ratio }?.row
    case .operationsPerSecond: ranked.max { $0.ratio < $1.ratio }?.row
    }
  }
}

extension Report.Row {
  /// A figure over that of another row in the same round, for each round that both have.
  func ratios(to other: Report.Row, _ value: (Measurement) -> Double) -> [Double] {
    rounds.compactMap { ratio($0, to: other, value) }
  }

  /// Nil where that means nothing.
  func ratio(_ measurement: Measurement, to other: Report.Row, _ value: (Measurement) -> Double) -> Double? {
    other.rounds.first { $0.round == measurement.round }.map { value(measurement) / value($0) }
      .flatMap { $0.isFinite ? $0 : nil }
  }
}

extension Report {
  /// Where a lock did not do what locks are for.
  var broken: [String] {
    cells.flatMap { cell in
      cell.opponents.filter { $0.rounds.contains { !$0.isIntact } }.map {
        "\(cell.id): \($0.name): what it protected did not come out right"
      }
    } + (course.stuck.map { ["\($0): a thread waited for ever"] } ?? [])
  }

  /// Where nothing at all was done in some round.
  var idle: [String] {
    cells.flatMap { cell in
      cell.opponents.filter { $0.rounds.contains { $0.operations == 0 } }.map { "\(cell.id): \($0.name)" }
    }
  }

  /// How far the control was from the reference, as a part of it: by the medians of the cells, and in single rounds.
  var noise: (medians: [(cell: String, deviation: Double)], worstRound: Double?) {
    var medians: [(cell: String, deviation: Double)] = []
    var worst: Double?
    for cell in cells where cell.table.tellsCost {
      guard let control = cell.opponents.first(where: { $0.id == Registry.control }) else { continue }
      let ratios = cell.ratios(of: control)
      guard !ratios.isEmpty else { continue }
      medians.append((cell.id, abs(Statistics.median(ratios) - 1)))
      worst = max(worst ?? 0, ratios.map { abs($0 - 1) }.max() ?? 0)
    }
    return (medians, worst)
  }
}
