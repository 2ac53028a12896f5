import ArgumentParser
import BenchSupport
import Testing

import class Foundation.JSONDecoder

@testable import lockbench

@Suite struct MixtureTests {
  private static let milliseconds: UInt64 = 1_000_000

  private func choice(_ words: String...) throws -> Arguments.Choice {
    try Arguments.parse(words).choice()
  }

  private func mixture(_ milliseconds: [UInt64], busy: Int = 0) -> Mixture {
    Mixture(
      id: "mixture-1",
      sections: milliseconds.enumerated().map {
        Mixture.Section(nanoseconds: $1 * Self.milliseconds, isBusy: $0 < busy)
      })
  }

  // MARK: The generator

  @Test func theSeedDecidesWhatIsDrawn() {
    #expect(Mixture.all(seed: 7) == Mixture.all(seed: 7))
    #expect(Mixture.all(seed: 7) != Mixture.all(seed: 8))
    #expect(Mixture.all(seed: 7).prefix(2) == Mixture.all(seed: 8).prefix(2))
  }

  @Test(arguments: UInt64(0)..<50)
  func whatIsDrawnStaysWithinItsBounds(seed: UInt64) {
    let drawn = Mixture.all(seed: seed).dropFirst(Mixture.fixed.count)
    #expect(drawn.map(\.id) == (1...40).map { "mixture-\($0)" })
    for mixture in drawn {
      #expect((2...64).contains(mixture.threads))
      #expect(
        mixture.sections.allSatisfy { (100_000...50 * Self.milliseconds).contains($0.nanoseconds) })
      #expect(mixture.sumOfSections <= 400 * Self.milliseconds)
      #expect(mixture.outsideNanoseconds == 0)
    }
  }

  @Test func everyKindIsDrawn() {
    let drawn = (0..<10).flatMap { Mixture.all(seed: $0).dropFirst(Mixture.fixed.count) }
    for areEqual in [true, false] {
      let some = drawn.filter { $0.hasEqualSections == areEqual }
      #expect(some.contains { $0.busyThreads == 0 })
      #expect(some.contains { $0.busyThreads == $0.threads })
      #expect(some.contains { $0.busyThreads > 0 && $0.busyThreads < $0.threads })
    }
    #expect(drawn.contains { $0.threads <= 4 } && drawn.contains { $0.threads > 40 })
    #expect(drawn.contains { $0.sections.contains { $0.nanoseconds > 20 * Self.milliseconds } })
  }

  // MARK: Names and windows

  @Test func mixturesAreChosenByNameAndSeed() throws {
    #expect(
      try choice("--workloads", "mixtures", "--seed", "3").workloads
        == Mixture.all(seed: 3).map { .mixture($0) })
    #expect(
      try choice("--workloads", "mixture-3", "--seed", "3").workloads == [.mixture(Mixture.all(seed: 3)[4])])
    #expect(try choice("--workloads", "mixtures").workloads.count == 42)
    #expect(Workload(id: "mixture-41") == nil)
    #expect(Workload.full.allSatisfy { $0.mixture == nil })
  }

  @Test func theFixedOnes() throws {
    let equal = try #require(Workload(id: "mixture-4x5ms")?.mixture)
    #expect(equal.description == "4 threads asleep, sections 5 ms, sum 20 ms")
    let unequal = try #require(Workload(id: "mixture-2x1ms-2x3ms")?.mixture)
    #expect(unequal.sections.map(\.nanoseconds) == [1, 1, 3, 3].map { $0 * Self.milliseconds })
    #expect(unequal.busyThreads == 0 && unequal.outsideNanoseconds == Self.milliseconds)
  }

  @Test func windowsHaveRoomForEightSectionsOfEveryThread() throws {
    let (short, long) = (mixture([1, 2]), mixture(Array(repeating: 50, count: 8)))
    #expect(try choice().window(for: .mixture(short)) == Nanoseconds(3000 * Self.milliseconds))
    #expect(try choice().window(for: .mixture(long)) == Nanoseconds(3200 * Self.milliseconds))
    #expect(
      try choice("--duration", "1s").window(for: .mixture(long)) == Nanoseconds(1000 * Self.milliseconds))
  }

  @Test func allMixturesOfThreeLocksTakeWellUnderHalfAnHour() throws {
    let choice = try choice("--workloads", "mixtures", "--opponents", "mutex,rawmutex,lock")
    let plan = Plan(choice, workUnit: WorkUnit(nanosecondsPerStep: 1), cpus: [0, 1])
    #expect(plan.cells.allSatisfy { $0.entries.map(\.id) == ["mutex", "rawmutex", "lock"] })
    #expect(plan.seconds(rounds: choice.rounds) < 600)
  }

  @Test func fiveLocksTakePartUnlessOthersAreAskedFor() throws {
    let plan = Plan(
      try choice("--workloads", "mixture-4x5ms"), workUnit: WorkUnit(nanosecondsPerStep: 1), cpus: [0])
    #expect(
      plan.cells.map { $0.entries.map(\.id) } == [["pthread", "swift-next", "mutex", "rawmutex", "lock"]])
  }

  // MARK: Limits

  @Test func limitsFollowFromTheSectionsAndTheThreads() {
    #expect(
      MixtureLimits(mixture([5, 5, 5, 5]))
        == MixtureLimits(waitNanoseconds: 180 * Self.milliseconds, overtakings: 16, jainIndex: 0.95))
    #expect(
      MixtureLimits(mixture([1, 2, 30], busy: 2))
        == MixtureLimits(waitNanoseconds: 240 * Self.milliseconds, overtakings: 12, jainIndex: nil))
  }

  /// Two rounds, of which the second is the worse one.
  private func report(
    wait: UInt64 = 180 * milliseconds, overtakings: UInt64 = 16, operations: [UInt64] = [10, 10, 10, 10]
  ) -> Report {
    let rounds = [1, 2].map { round in
      var measurement = SampleReport.measurement(round, round == 1 ? [10, 10, 10, 10] : operations)
      measurement.waits = Measurement.Waits(
        longestNanoseconds: round == 1 ? Self.milliseconds : wait,
        mostOvertakings: round == 1 ? 0 : overtakings)
      return measurement
    }
    return SampleReport.make(
      Mixture.fixed.map { .mixture($0) }, ["pthread", "mutex"], rounds: 2,
      [[rounds, rounds], [[], []]])
  }

  @Test func whatStaysWithinTheLimitsIsNotMarked() throws {
    let report = report()
    #expect(report.mixtureStandings.map(\.id) == ["pthread", "mutex"])
    let standing = try #require(report.mixtureStandings.last)
    #expect(standing.longestWaitNanoseconds == 180 * Self.milliseconds && standing.mostOvertakings == 16)
    #expect(!standing.exceedsWaitLimit && !standing.exceedsOvertakingLimit && !standing.missesJainIndex)
    #expect(report.overtakenTooOften.isEmpty)
    #expect(!TextReport.body(report).contains("exceeds"))
  }

  @Test func whatExceedsALimitIsMarkedInItsTable() throws {
    let report = report(wait: 180 * Self.milliseconds + 1, overtakings: 17, operations: [20, 20, 0, 0])
    let lines = TextReport.body(report).split(separator: "\n").map { String($0) }
    let row = try #require(lines.first { $0.hasPrefix("  the mutex") })
    #expect(
      row.split(separator: " ") == [
        "the", "mutex", "40.0", "180.0", "180.0", "exceeds", "17", "16", "exceeds", "0.50", "0.95", "below",
        "0%",
      ])
    #expect(lines.contains("Overtaken too often: the mutex."))
  }

  @Test func onlyOvertakingOfFastLocksLocksIsAFailure() {
    #expect(report(wait: .max).overtakenTooOften.isEmpty)
    #expect(report(operations: [20, 20, 0, 0]).overtakenTooOften.isEmpty)
    #expect(report(overtakings: 17).overtakenTooOften == ["the mutex"])
  }

  @Test func nobodysHavingGotAnythingIsNoEqualShare() throws {
    let standing = try #require(report(operations: [0, 0, 0, 0]).mixtureStandings.last)
    #expect(standing.jainIndex.isNaN && standing.missesJainIndex)
  }

  @Test func sharesOfDifferentSectionsMayDiffer() throws {
    var cell = try #require(report(operations: [20, 20, 0, 0]).cells.first)
    cell.limits?.jainIndex = nil
    let standing = try #require(Report.MixtureStanding(cell.opponents[1], in: cell))
    #expect(standing.jainIndex == 0.5 && !standing.missesJainIndex)
  }

  @Test func locksThatDoNotLockStandNowhere() throws {
    var cell = try #require(report().cells.first)
    cell.opponents[1].rounds[0].isIntact = false
    #expect(Report.MixtureStanding(cell.opponents[1], in: cell) == nil)
  }

  @Test func theLastTableCountsThem() throws {
    var report = report(overtakings: 48)
    var other = try #require(report.mixtureStandings.last)
    other.cell = "mixture-2"
    report.mixtureStandings.append(other)
    let lines = TextReport.body(report).split(separator: "\n").map { String($0) }
    let first = try #require(lines.firstIndex(of: "Mixtures in which a limit is exceeded"))
    let row = try #require(lines[first...].first { $0.hasPrefix("  the mutex") })
    #expect(row.split(separator: " ") == ["the", "mutex", "2", "0", "1.00", "2", "3.00", "0"])
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test func headingsAndListingsAreShort() {
    for mixture in Mixture.all(seed: 1) {
      let report = SampleReport.make(
        [.mixture(mixture)], ["mutex"], rounds: 1, [[[SampleReport.measurement(1, [1])]]])
      for line in TextReport.body(report).split(separator: "\n") { #expect(line.count <= 120) }
    }
    for line in Listing.text().split(separator: "\n") { #expect(line.count <= 120) }
  }

  @Test func filesContainThem() throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let copy = try decoder.decode(Report.self, from: report(overtakings: 17).json())
    #expect(copy.cells[0].mixture == Mixture.fixed[0])
    #expect(copy.cells[0].limits == MixtureLimits(Mixture.fixed[0]))
    #expect(copy.mixtureStandings.map(\.exceedsOvertakingLimit) == [true, true])
    #expect(copy.cells[0].opponents[1].rounds[1].waits?.mostOvertakings == 17)
  }

  // MARK: Loads

  @Test func everyThreadHasItsOwnSection() {
    var different = mixture([1, 2], busy: 1)
    different.outsideNanoseconds = 5
    let loads = SectionLoad.loads(different, WorkUnit(nanosecondsPerStep: 2))
    guard case .busy(let steps) = loads[0].inside, case .asleep(let inside) = loads[1].inside,
      case .asleep(let outside) = loads[1].outside
    else {
      Issue.record("\(loads)")
      return
    }
    #expect(steps == 500_000 && inside == 2 * Self.milliseconds && outside == 5)
  }
}
