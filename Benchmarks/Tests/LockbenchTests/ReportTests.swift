import BenchSupport
import class Foundation.JSONDecoder
import Testing

@testable import lockbench

@Suite struct ReportTests {
  /// Two rounds of a reference, its control, and a lock twice as fast.
  private func report(intact: Bool = true) throws -> Report {
    func measurement(_ round: Int, _ operations: [UInt64]) -> Measurement {
      SampleReport.measurement(round, operations, isIntact: intact)
    }
    return SampleReport.make(
      [try #require(Workload(id: "2t-0-0"))], ["pthread", "control", "mutex"], rounds: 2,
      [
        [
          [measurement(1, [500_000, 500_000]), measurement(2, [1_000_000, 1_000_000])],
          [measurement(1, [500_000, 600_000]), measurement(2, [1_000_000, 1_000_000])],
          [measurement(1, [1_500_000, 500_000]), measurement(2, [4_000_000, 0])],
        ]
      ])
  }

  @Test func ratiosAreTakenWithinARound() throws {
    let cell = try #require(try report().cells.first)
    #expect(cell.ratios(of: cell.opponents[2]) == [2, 2])
    #expect(cell.best == "mutex")
  }

  @Test func controlGivesTheNoise() throws {
    let noise = try report().noise
    #expect(noise.medians.map(\.cell) == ["2t-0-0"])
    #expect(abs(noise.medians[0].deviation - 0.05) < 1e-9)
    #expect(abs((noise.worstRound ?? 0) - 0.1) < 1e-9)
  }

  @Test func tableMarksTheBestAndShowsFairness() throws {
    let lines = TextReport.body(try report()).split(separator: "\n")
    let row = try #require(lines.first { $0.hasPrefix("* the mutex") })
    let words = row.split(separator: " ").map { String($0) }
    #expect(
      words == [
        "*", "the", "mutex", "3.00", "2.00", "..", "4.00", "2.00", "0.65", "25%", "1", "1500", "5.00",
        "500",
      ])
    #expect(lines.contains { $0.hasPrefix("Starved: a thread went up to 1.5 s without the mutex (2t-0-0).") })
  }

  /// All threads of the sample go without for 1.5 s.
  @Test func whereEveryLockStarvesThreadsNoListOfOthersFollows() throws {
    let text = TextReport.body(try report())
    #expect(text.ranges(of: "Starved: a thread").count == 3)
    #expect(!text.contains("No thread starved"))
  }

  @Test func locksThatStarveNobodyAreListed() throws {
    let rounds = ["pthread", "mutex"].map { id in
      var measurement = SampleReport.measurement(1, [1, 1])
      measurement.longestIdleSeconds = id == "mutex" ? 0.5 : 1.5
      return [measurement]
    }
    let workload = try #require(Workload(id: "2t-0-0"))
    let text = TextReport.body(SampleReport.make([workload], ["pthread", "mutex"], rounds: 1, [rounds]))
    #expect(text.contains("\nNo thread starved for a second with: the mutex\n"))
  }

  @Test func waitsAreMediansOfTheRoundsBesideTheWorstOne() throws {
    let rounds = [10, 40, 20].enumerated().map { index, milliseconds in
      var measurement = SampleReport.measurement(index + 1, [1000])
      measurement.latency = Measurement.Latency(
        p50: 100, p99: 200, p999: 300, p9999: UInt64(milliseconds) * 1000,
        maximum: UInt64(milliseconds) * 1_000_000)
      return measurement
    }
    let workload = try #require(Workload(id: "latency-16t-0-0"))
    let report = SampleReport.make([workload], ["pthread"], rounds: 3, [[rounds]])
    let lines = TextReport.body(report).split(separator: "\n")
    let header = try #require(lines.first { $0.contains("p99.99") })
    #expect(
      header.split(separator: " ").suffix(7) == [
        "p50", "p99", "p99.9", "p99.99", "maximum", "worst", "least",
      ])
    let row = try #require(lines.first { $0.hasPrefix("* the pthread") })
    #expect(row.contains("20.0 us  20.0 ms  40.0 ms"))
  }

  @Test func linesStayWithin120Columns() throws {
    for line in TextReport.body(try report()).split(separator: "\n") { #expect(line.count <= 120) }
  }

  @Test func brokenLocksHaveNoFigures() throws {
    let broken = try report(intact: false)
    #expect(broken.broken.count == 3)
    #expect(TextReport.body(broken).contains("the mutex    BROKEN"))
  }

  @Test func jsonCanBeReadBack() throws {
    let original = try report()
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let copy = try decoder.decode(Report.self, from: original.json())
    #expect(copy.cells[0].opponents[2].rounds[1].operationsPerThread == [4_000_000, 0])
    #expect(copy.settings.seed == original.settings.seed)
  }

  @Test func csvHasALinePerMeasurementAndAsManyFieldsAsItsHeader() throws {
    let lines = String(decoding: try report().csv(), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 1 + 6)
    let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
    #expect(Set(fields).count == 1)
  }

  @Test func compilerVersionOfAnInterface() {
    let text = """
      // swift-interface-format-version: 1.0
      // swift-compiler-version: Swift version 6.3.1 (swift-6.3.1-RELEASE)
      import Swift
      """
    #expect(Versions.compilerVersion(interface: text) == "6.3.1")
    #expect(Versions.compilerVersion(interface: "import Swift") == nil)
  }
}
