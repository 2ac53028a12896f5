import ArgumentParser
import BenchSupport
import CBenchSupport
import Testing

@testable import lockbench

/// Runs its body three times, as if two others had been first.
private struct OvertakenLock: MeasuredLock, ~Copyable {
  borrowing func withLock(_ body: () -> Void) {
    body()
    bench_sleep(5_000_000)
    body()
    bench_sleep(1_000_000)
    body()
  }
}

@Suite struct SectionsTests {
  private static let milliseconds: UInt64 = 1_000_000

  private func choice(_ words: String...) throws -> Arguments.Choice {
    try Arguments.parse(words).choice()
  }

  private func workload(_ id: String) throws -> Workload { try #require(Workload(id: id)) }

  // MARK: Names

  @Test func aSleepInsideIsPartOfTheName() throws {
    let asleep = Workload.Contention(
      threads: 4, inside: Nanoseconds(5 * Self.milliseconds), outside: Nanoseconds(0), sleepsInside: true)
    #expect(asleep.id == "4t-sleep5ms-0")
    #expect(try workload("4t-sleep5ms-0") == .contended(asleep))
    #expect(try workload("4t-sleep5000us-0") == .contended(asleep))
    #expect(try workload("latency-4t-sleep5ms-0") == .latency(asleep))
    #expect(asleep.description == "4 threads, critical section 5ms asleep, outside 0")
    #expect(try workload("3t-sleep250us-1us").id == "3t-sleep250us-1us")
    #expect(try workload("4t-1ms-0") != workload("4t-sleep1ms-0"))
  }

  @Test(arguments: [
    "4t-sleep-0", "4t-sleep0-0", "4t-sleep51ms-0", "4t-0-sleep1ms", "4t-asleep1ms-0", "0t-sleep1ms-0",
    "4t-sleepsleep1ms-0",
  ])
  func whatCannotSleepSoIsUnknown(id: String) {
    #expect(Workload(id: id) == nil)
  }

  @Test func theSetHasFourCellsAndTheCoreOneOfThem() throws {
    #expect(
      try choice("--workloads", "sections").workloads.map(\.id) == [
        "4t-sleep1ms-0", "4t-sleep5ms-0", "8t-sleep20ms-0", "16t-100us-100us",
      ])
    #expect(Workload.core.filter(Workload.sections.contains).map(\.id) == ["4t-sleep5ms-0"])
    #expect(Set(Workload.full).isSuperset(of: Workload.sections))
  }

  @Test func sectionsAreLongFromATenthOfAMillisecondOn() throws {
    #expect(try workload("2t-100us-0").table == .sections)
    #expect(try workload("2t-99us-0").table == .throughput)
    #expect(try workload("2t-sleep1us-0").table == .sections)
    #expect(try workload("latency-2t-sleep1us-0").table == .latency)
  }

  // MARK: Windows and rounds

  @Test(arguments: [
    ("4t-sleep5ms-0", 1000), ("8t-sleep20ms-0", 1280), ("16t-100us-100us", 1000),
    ("latency-64t-sleep50ms-0", 25_600), ("4t-99us-0", 100),
  ])
  func windowsHaveRoomForEightSectionsOfEveryThread(id: String, milliseconds: UInt64) throws {
    #expect(
      try choice().window(for: workload(id)) == Nanoseconds(milliseconds * Self.milliseconds))
  }

  @Test func whoAsksForAWindowGetsIt() throws {
    let asked = try choice("--duration", "30ms")
    #expect(try asked.window(for: workload("8t-sleep20ms-0")) == Nanoseconds(30 * Self.milliseconds))
    let smoke = try choice("--smoke")
    #expect(try smoke.window(for: workload("8t-sleep20ms-0")) == smoke.window)
  }

  @Test func longSectionsAreMeasuredOnceUnlessRoundsAreAskedFor() throws {
    #expect(try choice().mostRounds(for: workload("4t-sleep5ms-0")) == 1)
    #expect(try choice().mostRounds(for: workload("4t-0-0")) == 5)
    #expect(try choice("--rounds", "5").mostRounds(for: workload("4t-sleep5ms-0")) == 5)
  }

  @Test func aDefaultRunStaysUnderTwoMinutes() throws {
    let choice = try choice()
    let plan = Plan(choice, workUnit: WorkUnit(nanosecondsPerStep: 1), cpus: [0, 1])
    #expect(plan.seconds(rounds: choice.rounds) < 120)
  }

  // MARK: Overtaking

  /// Acquisitions every millisecond from 1 ms on.
  private func history(_ count: UInt64, capacity: Int = 100) -> AcquisitionHistory {
    var history = AcquisitionHistory(capacity: capacity)
    for time in 1...count { history.append(time * Self.milliseconds) }
    return history
  }

  @Test func whatComesInTheFirstTwoMillisecondsIsNoOvertaking() {
    let history = history(50)
    // Those at 33 ms ... 50 ms came later than 2 ms after 30.5 ms.
    #expect(
      history.overtakings(asked: 30 * Self.milliseconds + 500_000, got: 51 * Self.milliseconds) == 18)
    // The one at 32 ms came exactly 2 ms later.
    #expect(history.overtakings(asked: 30 * Self.milliseconds, got: 51 * Self.milliseconds) == 18)
    #expect(history.overtakings(asked: 49 * Self.milliseconds, got: 51 * Self.milliseconds) == 0)
    #expect(history.overtakings(asked: 48 * Self.milliseconds - 1, got: 51 * Self.milliseconds) == 1)
    #expect(history.overtakings(asked: 0, got: 51 * Self.milliseconds) == 48)
    #expect(AcquisitionHistory(capacity: 4).overtakings(asked: 0, got: 51 * Self.milliseconds) == 0)
  }

  @Test func overtakingsAreExactWhereTheHistoryReachesBack() {
    let history = history(1000, capacity: 64)
    #expect(history.overtakings(asked: 950 * Self.milliseconds, got: 1001 * Self.milliseconds) == 48)
    #expect(history.overtakings(asked: 934 * Self.milliseconds, got: 1001 * Self.milliseconds) == 64)
    // Where it does not, there were at least as many as it holds.
    #expect(history.overtakings(asked: 10 * Self.milliseconds, got: 1001 * Self.milliseconds) == 64)
  }

  @Test func theLongestWaitIsExactAndAnyLengthIsKept() {
    let records = WaitRecords(threads: 2)
    records[0].record(1_234_567_891, overtakings: 3)
    records[1].record(99_999_999_999, overtakings: 2)
    #expect(records.waits().longestNanoseconds == 99_999_999_999)
    #expect(records.waits().mostOvertakings == 3)
  }

  // MARK: Shares

  @Test func sharesOfThreads() {
    let starving = SampleReport.measurement(1, [300, 300, 0, 0])
    #expect(starving.jainIndex == 0.5)
    #expect(starving.leastShare == 0 && starving.starvedThreads == 2)
    let unequal = SampleReport.measurement(1, [10, 30])
    #expect(unequal.jainIndex == 0.8)
    #expect(unequal.leastShare == 0.5)
    #expect(SampleReport.measurement(1, [7, 7, 7]).jainIndex == 1)
  }

  // MARK: Measurement and table

  @Test func waitsAreTimedAndWhatHappensMeanwhileIsCounted() throws {
    let load = SectionLoad(inside: .busy(steps: 0), outside: .busy(steps: 0))
    let measurement = try MutexCells(OvertakenLock.self).sections(
      [load], Crew.Timing(warmUp: Self.milliseconds, window: 20 * Self.milliseconds))
    let waits = try #require(measurement.waits)
    #expect(waits.longestNanoseconds >= 6 * Self.milliseconds)
    // The second time is an overtaking of the third, and so is the first if it was late.
    #expect((1...2).contains(waits.mostOvertakings))
    #expect(try #require(measurement.latency).maximum >= 6 * Self.milliseconds)
  }

  @Test func tableShowsTheWorstWaitAndNoBest() throws {
    let rounds = [10, 40, 20].enumerated().map { index, milliseconds in
      var measurement = SampleReport.measurement(index + 1, [150, 50])
      measurement.waits = Measurement.Waits(
        longestNanoseconds: UInt64(milliseconds) * Self.milliseconds, mostOvertakings: UInt64(milliseconds))
      return measurement
    }
    let report = SampleReport.make(
      [try workload("2t-sleep5ms-0")], ["pthread", "mutex"], rounds: 3, [[rounds, rounds]])
    let lines = TextReport.body(report).split(separator: "\n").map { String($0) }
    #expect(lines[0].hasSuffix("[2t-sleep5ms-0], window 2ns, 3 rounds"))
    let row = try #require(lines.first { $0.hasPrefix("  the mutex") })
    #expect(
      row.split(separator: " ") == [
        "the", "mutex", "200", "1.00", "0.80", "50%", "0", "40.0", "40", "0.00500", "0.500",
      ])
    #expect(report.comparison.cells.isEmpty && report.noise.medians.isEmpty)
    let csv = String(decoding: report.csv(), as: UTF8.self)
    #expect(csv.contains(",,40000000,40,true"))
  }
}
