import BenchSupport

@testable import lockbench

/// Reports of made-up measurements; what is called a mutex is FastLock's.
enum SampleReport {
  static func measurement(
    _ round: Int, _ operations: [UInt64], cpu: Double = 5, barriers: Int = 0, isIntact: Bool = true
  ) -> Measurement {
    Measurement(
      round: round, seconds: 1, operations: operations.reduce(0, +), operationsPerThread: operations,
      cpuNanosecondsPerOperation: cpu, contextSwitchesPerOperation: 0.5, processBarriers: barriers,
      longestIdleSeconds: 1.5, isIntact: isIntact)
  }

  static func cell(_ workload: Workload, _ ids: [String]) -> Plan.Cell {
    Plan.Cell(
      workload: workload, timing: Crew.Timing(warmUp: 1, window: 2),
      entries: ids.map { id in
        Plan.Entry(id: id, name: "the \(id)", isFastLock: id.hasSuffix("mutex")) {
          () throws(CrewFailure) in
          throw .interrupted
        }
      })
  }

  /// One cell for each workload, with the measurements of each opponent.
  static func make(
    _ workloads: [Workload], _ ids: [String], rounds: Int, _ measurements: [[[Measurement]]]
  ) -> Report {
    let settings = Report.Settings(
      seed: 1, rounds: rounds, windowNanoseconds: 2, workStepNanoseconds: 1.5, estimatedSeconds: 3)
    return Report(
      .current(cpus: [0]), settings, Plan(cells: workloads.map { cell($0, ids) }, omissions: []),
      Results(measurements: measurements))
  }
}
