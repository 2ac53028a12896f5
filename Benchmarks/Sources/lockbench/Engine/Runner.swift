import BenchSupport

/// Measures a plan in interleaved rounds.
///
/// A round visits all cells in random order and, in each, all opponents in random order one directly after the other:
/// what changes slowly on the machine meets them all alike, and ratios are taken within a round.
struct Runner {
  /// More than this stolen in one visit of a cell, and the visit is repeated.
  static let tolerableSteal = 0.02
  static let mostRepetitions = 2

  let plan: Plan
  let rounds: Int
  private let readSteal: () -> StealReading?
  private var random: SplitMix64

  init(
    _ plan: Plan, rounds: Int, seed: UInt64, readSteal: @escaping () -> StealReading? = { StealReading() }
  ) {
    self.plan = plan
    self.rounds = rounds
    self.readSteal = readSteal
    random = SplitMix64(seed: seed)
  }

  mutating func run(_ progress: inout Progress) -> Results {
    var results = Results(measurements: plan.cells.map { $0.entries.map { _ in [] } })
    do throws(CrewFailure) {
      for round in 1...rounds {
        for cell in plan.cells.indices.shuffled(using: &random) where round <= plan.cells[cell].mostRounds {
          try visit(cell, round, &results, &progress)
        }
      }
    } catch {
      results.failure = error
    }
    progress.finish()
    return results
  }

  private mutating func visit(
    _ index: Int, _ round: Int, _ results: inout Results, _ progress: inout Progress
  ) throws(CrewFailure) {
    var kept: Visit?
    defer { kept?.store(in: &results.measurements[index]) }
    for attempt in 0...Self.mostRepetitions {
      var visit = Visit()
      let before = readSteal()
      do throws(CrewFailure) {
        for entry in plan.cells[index].entries.indices.shuffled(using: &random) {
          let cell = plan.cells[index]
          progress.show(round: round, of: rounds, cell, cell.entries[entry])
          results.lastStarted = "\(cell.workload.id): \(cell.entries[entry].name)"
          var measurement = try cell.entries[entry].measure()
          measurement.round = round
          visit.measurements.append((entry, measurement))
        }
      } catch {
        // An interrupted visit is better than none, but not than a complete one.
        if kept == nil { kept = visit }
        throw error
      }
      if let before, let after = readSteal() { visit.steal = after.share(since: before) }
      if visit.steal < kept?.steal ?? .infinity { kept = visit }
      if visit.steal <= Self.tolerableSteal { return }
      if attempt < Self.mostRepetitions { results.repeatedVisits += 1 }
    }
    results.visitsWithSteal += 1
  }

  private struct Visit {
    var measurements: [(entry: Int, measurement: Measurement)] = []
    var steal = 0.0

    func store(in cell: inout [[Measurement]]) {
      for (entry, measurement) in measurements { cell[entry].append(measurement) }
    }
  }
}

/// What a run brought.
struct Results {
  /// By cell, opponent, round; cells and opponents as in the plan.
  var measurements: [[[Measurement]]]
  /// Why the run ended early.
  var failure: CrewFailure?
  var lastStarted = ""
  /// Visits repeated because too much CPU time was stolen, and those kept although it was.
  var repeatedVisits = 0
  var visitsWithSteal = 0
}
