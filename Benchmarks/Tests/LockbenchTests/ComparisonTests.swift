import BenchSupport
import Testing

import class Foundation.JSONDecoder

@testable import lockbench

@Suite struct ComparisonTests {
  private typealias Spread = Report.Comparison.Spread

  private let ids = ["pthread", "control", "spin", "mutex", "rawmutex"]
  private let workloads = ["1t-0-0", "2t-0-0", "latency-2t-0-0", "4t-0-0"].compactMap { Workload(id: $0) }

  /// In the contest of 2 threads `spin` is best by its median though worst in the second round; in that of 4 the
  /// reference is. The control is better than either.
  private func report(spinIsIntact: Bool = true) -> Report {
    func rounds(
      _ operations: [UInt64], cpu: Double = 5, barriers: Int = 0, isIntact: Bool = true
    ) -> [Measurement] {
      operations.enumerated().map { index, count in
        SampleReport.measurement(
          index + 1, [count, count], cpu: cpu, barriers: barriers * index, isIntact: isIntact)
      }
    }
    let two = [
      rounds([1000, 1000, 1000], cpu: 20), rounds([9000, 9000, 9000]),
      rounds([4000, 500, 4000], cpu: 10, isIntact: spinIsIntact), rounds([2000, 1000, 4000], cpu: 8),
      rounds([8000, 1000, 16000], cpu: 20, barriers: 3),
    ]
    let four = [
      rounds([1000, 2000, 4000], cpu: 10), rounds([9000, 9000, 9000]),
      rounds([100, 200, 400], cpu: 10, isIntact: spinIsIntact), rounds([2000, 4000, 8000], cpu: 20),
      rounds([1000, 2000, 4000], cpu: 10),
    ]
    return SampleReport.make(workloads, ids, rounds: 3, [two, two, two, four])
  }

  @Test func contestsAreTheCellsInWhichThreadsCompeteForThroughput() {
    #expect(report().comparison.cells.map(\.id) == ["2t-0-0", "4t-0-0"])
  }

  @Test func theBestIsAnOpponentByItsMedianRatioAndNeverTheControl() {
    #expect(report().comparison.cells.map(\.best) == ["spin", "pthread"])
  }

  @Test func aLockThatDoesNotLockIsNobodysRival() {
    let comparison = report(spinIsIntact: false).comparison
    #expect(comparison.cells.map(\.best) == ["pthread", "pthread"])
    #expect(comparison.means.map(\.id) == ["pthread", "mutex", "rawmutex"])
  }

  @Test func ratiosToTheBestAreTakenWithinARound() throws {
    let standings = try #require(report().comparison.cells.first).standings
    #expect(standings.map(\.id) == ["pthread", "spin", "mutex", "rawmutex"])
    #expect(standings[1].ratioToBest == Spread(median: 1, least: 1, most: 1))
    #expect(standings[2].ratioToBest == Spread(median: 1, least: 0.5, most: 2))
    #expect(standings[2].cpuRatioToBest == Spread(median: 0.8, least: 0.8, most: 0.8))
    #expect(standings[3].ratioToReference == Spread(median: 8, least: 1, most: 16))
  }

  @Test func barriersAreCountedAndRelatedToOperations() throws {
    let standing = try #require(report().comparison.cells.first?.standings.last)
    #expect(standing.processBarriers == Spread(median: 3, least: 0, most: 6))
    #expect(standing.barriersPer10000Operations == Spread(median: 1.875, least: 0, most: 15))
  }

  @Test func meansAreGeometricOverTheContestsWithTheWorstNamed() throws {
    let means = report().comparison.means
    #expect(means.map(\.id) == ["pthread", "spin", "mutex", "rawmutex"])
    let (mutex, raw) = (means[2], means[3])
    #expect(abs(mutex.ratioToBest - 2.0.squareRoot()) < 1e-9)
    #expect(abs(mutex.cpuRatioToBest - 1.6.squareRoot()) < 1e-9)
    #expect(abs(mutex.ratioToReference - 2) < 1e-9)
    #expect(mutex.leastRatioToBest == 1 && mutex.leastCell == "2t-0-0")
    #expect(abs(raw.ratioToBest - 2.0.squareRoot()) < 1e-9)
    #expect(raw.leastRatioToBest == 1 && raw.leastCell == "4t-0-0")
  }

  @Test func whoWasNotMeasuredEverywhereHasNoMean() {
    let one = [[SampleReport.measurement(1, [1, 1])]]
    let partly = SampleReport.make(
      workloads, ids, rounds: 1,
      [
        [[], [], [], [], []], one + one + one + one + one, [[], [], [], [], []], one + one + one + one + [[]],
      ])
    #expect(partly.comparison.cells.map(\.standings.count) == [4, 3])
    #expect(partly.comparison.means.map(\.id) == ["pthread", "spin", "mutex"])
  }

  @Test func tablesShowThem() throws {
    let lines = TextReport.body(report()).split(separator: "\n").map { String($0) }
    let under = try #require(lines.firstIndex { $0.hasPrefix("Against the spin") })
    func words(_ line: String) -> [String] { line.split(separator: " ").map { String($0) } }
    #expect(
      words(lines[under + 3])
        == ["the", "rawmutex", "2.00", "2.00", "..", "4.00", "2.00", "2.00", "..", "2.00", "3", "1.88"])
    let means = try #require(lines.firstIndex { $0.hasPrefix("Geometric means over the 2 contended cells") })
    #expect(
      lines[means...].contains { words($0) == ["the", "rawmutex", "1.41", "1.00", "4t-0-0", "1.41", "2.83"] })
    #expect(
      lines.contains(
        "Process-wide barriers: at most 15.0 for 10000 acquisitions in a round (the rawmutex, 2t-0-0)."))
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test func thereIsNothingToShowWithoutOwnLocksOrContests() {
    let others = SampleReport.make(
      workloads, ["pthread", "spin"], rounds: 1,
      workloads.map { _ in [[SampleReport.measurement(1, [1, 1])], [SampleReport.measurement(1, [1, 1])]] })
    let text = TextReport.body(others)
    #expect(!text.contains("Against") && !text.contains("barrier"))
    #expect(text.contains("Geometric means over the 2 contended cells"))
    let alone = SampleReport.make(
      [workloads[0]], ["mutex"], rounds: 1, [[[SampleReport.measurement(1, [1])]]])
    #expect(alone.comparison.cells.isEmpty && alone.comparison.means.isEmpty)
    #expect(!TextReport.body(alone).contains("Geometric"))
  }

  @Test func filesContainThem() throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let copy = try decoder.decode(Report.self, from: report().json())
    #expect(copy.comparison.means.map(\.ratioToBest) == report().comparison.means.map(\.ratioToBest))
    #expect(copy.cells[1].opponents[4].rounds.map(\.processBarriers) == [0, 3, 6])

    let lines = String(decoding: report().csv(), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    func field(_ name: String, _ cell: String) throws -> Substring {
      let column = try #require(lines[0].firstIndex { $0 == name })
      let line = try #require(lines.first { $0[0] == cell && $0[1] == "rawmutex" && $0[3] == "2" })
      return line[column]
    }
    #expect(try field("process_barriers", "2t-0-0") == "3")
    #expect(try field("barriers_per_10k_ops", "2t-0-0") == "15.0")
    #expect(try field("ratio_to_best_opponent", "2t-0-0") == "2.0")
    #expect(try field("cpu_ratio_to_best_opponent", "2t-0-0") == "2.0")
    #expect(try field("ratio_to_best_opponent", "1t-0-0") == "")
  }
}
