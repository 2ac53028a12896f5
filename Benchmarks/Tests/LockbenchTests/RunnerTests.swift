import BenchSupport
import Testing

@testable import lockbench

@Suite struct RunnerTests {
  /// A plan whose measurements note that they were made.
  private final class Log: @unchecked Sendable {
    var made: [String] = []
  }

  private func plan(_ log: Log, failingAfter limit: Int = .max) -> Plan {
    let cells = ["2t-0-0", "4t-0-0"].compactMap { Workload(id: $0) }.map { workload in
      Plan.Cell(
        workload: workload, timing: Crew.Timing(warmUp: 1, window: 1),
        entries: ["a", "b", "c"].map { id in
          Plan.Entry(id: id, name: id, isFastLock: false) { () throws(CrewFailure) in
            if log.made.count == limit { throw .interrupted }
            log.made.append("\(workload.id) \(id)")
            return Measurement(
              seconds: 1, operations: 1, operationsPerThread: [1], cpuNanosecondsPerOperation: 1,
              contextSwitchesPerOperation: 0, isIntact: true)
          }
        })
    }
    return Plan(cells: cells, omissions: [])
  }

  private func run(
    _ log: Log, seed: UInt64 = 7, failingAfter limit: Int = .max,
    steal: @escaping () -> StealReading? = { nil }
  ) -> Results {
    var runner = Runner(plan(log, failingAfter: limit), rounds: 3, seed: seed, readSteal: steal)
    var progress = Progress(totalSeconds: 1)
    return runner.run(&progress)
  }

  @Test func everyRoundVisitsEveryCellAndOpponentOnce() {
    let log = Log()
    let results = run(log)
    #expect(results.failure == nil)
    #expect(log.made.count == 18)
    for cell in results.measurements {
      for rounds in cell { #expect(rounds.map(\.round) == [1, 2, 3]) }
    }
    // The opponents of a cell are measured one directly after the other.
    for visit in stride(from: 0, to: 18, by: 3) {
      #expect(Set(log.made[visit..<visit + 3].map { $0.prefix(2) }).count == 1)
    }
  }

  @Test func aCellIsLeftOutOfLaterRoundsThanItsLast() {
    let log = Log()
    var cells = plan(log).cells
    cells[1].mostRounds = 1
    let plan = Plan(cells: cells, omissions: [])
    var runner = Runner(plan, rounds: 3, seed: 7, readSteal: { nil })
    var progress = Progress(totalSeconds: 1)
    let results = runner.run(&progress)
    #expect(results.measurements.map { $0.map(\.count) } == [[3, 3, 3], [1, 1, 1]])
    #expect(plan.seconds(rounds: 3) == 3 * cells[0].seconds + cells[1].seconds)
  }

  @Test func anInterruptionKeepsWhatWasMeasured() {
    let results = run(Log(), failingAfter: 8)
    #expect(results.failure == .interrupted)
    #expect(results.measurements.flatMap { $0 }.map(\.count).reduce(0, +) == 8)
  }

  @Test func theSeedDecidesTheOrder() {
    func order(_ seed: UInt64) -> [String] {
      let log = Log()
      _ = run(log, seed: seed)
      return log.made
    }
    #expect(order(1) == order(1))
    #expect((2..<10).contains { order($0) != order(1) })
  }

  @Test func visitsWithStolenTimeAreRepeatedAndCounted() {
    // Every second reading comes a second later, and the first visit lost a tenth of it.
    var readings = 0
    let log = Log()
    let results = run(log) {
      readings += 1
      return StealReading(procStat: "cpu \(readings * 100) 0 0 0 0 0 0 \(readings >= 2 ? 10 : 0)\n")
    }
    #expect(results.repeatedVisits == 1)
    #expect(results.visitsWithSteal == 0)
    #expect(log.made.count == 18 + 3)
    #expect(results.measurements.flatMap { $0 }.map(\.count) == [3, 3, 3, 3, 3, 3])
  }

  @Test func whatIsStolenFromForEverIsKeptAndSaid() {
    var readings = 0
    let results = run(Log()) {
      readings += 1
      return StealReading(procStat: "cpu \(readings * 100) 0 0 0 0 0 0 \(readings * 10)\n")
    }
    #expect(results.repeatedVisits == 2 * 6)
    #expect(results.visitsWithSteal == 6)
    #expect(results.measurements.flatMap { $0 }.map(\.count) == [3, 3, 3, 3, 3, 3])
  }
}
