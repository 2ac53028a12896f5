package import Explorer
import TestSupport

/// What threads do with one algorithm on the perturbed machine, and what must hold then.
package struct Drill: Sendable, CustomStringConvertible {
  private static let fewestRuns = 16

  /// The name of the generic enum in the sources.
  package let algorithm: String
  /// The sites of mistakes that real threads do not show.
  package private(set) var blindSpots: Set<String> = []
  private let run: @Sendable (Crew) throws -> Void

  package static let all = [asymmetricMutex, releasableLock, oneShotEvent]

  package var description: String { algorithm }

  init(_ algorithm: String, _ run: @escaping @Sendable (Crew) throws -> Void) {
    self.algorithm = algorithm
    self.run = run
  }

  func blind(at sites: Set<String>) -> Drill {
    var changed = self
    changed.blindSpots = sites
    return changed
  }

  /// Runs again and again for `time`, and a number of times at least.
  package func repeatedly(
    for time: Duration, with seeds: Seeds, mutation: Mutation? = nil
  ) throws(DrillFailure) -> DrillReport {
    var report = DrillReport(algorithm: algorithm, firstSeed: seeds.first)
    let start = monotonicNow()
    repeat {
      let seed = seeds[report.runCount]
      let crew = Crew(seed: seed, mutation: mutation)
      do {
        try run(crew)
      } catch {
        throw DrillFailure(algorithm: algorithm, seed: seed, reason: error)
      }
      report.runCount += 1
      report.tally.add(crew.tally)
      report.time = monotonicNow() - start
    } while report.runCount < Self.fewestRuns || report.time < time
    return report
  }
}

/// What came of running a drill again and again.
package struct DrillReport: Sendable, CustomStringConvertible {
  let algorithm: String
  let firstSeed: UInt64
  package internal(set) var runCount = 0
  package internal(set) var tally = Tally()
  package internal(set) var time = Duration.zero

  package var description: String {
    "\(algorithm), perturbed: \(runCount) runs from seed \(firstSeed) on in \(Int64(time / .milliseconds(1))) ms; \(tally)"
  }
}

/// The run that broke a rule.
package struct DrillFailure: Error, CustomStringConvertible {
  let algorithm: String
  let seed: UInt64
  let reason: any Error

  package var description: String {
    "\(algorithm), perturbed: \(reason); repeat with \(Seeds.variable)=\(seed)"
  }
}
