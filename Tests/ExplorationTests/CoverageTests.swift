import CTestSupport
import Explorer
import Foundation
import Testing

/// Every way in which the threads of a scenario can meet. A debug build, which is fifty times slower, tries some.
@Suite struct CoverageTests {
  #if !DEBUG
    @Test(arguments: Subject.all.flatMap(\.scenarios))
    func holds(in scenario: Scenario) {
      let exploration = Exploration.explore(scenario)
      #expect(exploration.failure == nil, "\(exploration)")
      print("\(exploration), \(exploration.mostSteps) steps at most, \(exploration.time.formatted)")
    }
  #endif

  /// More accidents than the bounds allow, at random.
  @Test(arguments: Subject.all.flatMap(\.scenarios))
  func holdsInRandomSchedules(of scenario: Scenario) {
    let worse = scenario.under(scenario.model, Faults(timeOuts: 3, spuriousReturns: 3, staleReads: 8))
    #if DEBUG
      let runs = 100
    #else
      let runs = 10_000
    #endif
    let exploration = Exploration.sample(worse, runs: runs, seed: 2_026)
    #expect(exploration.failure == nil, "\(exploration)")
  }

  @Test(arguments: Subject.all)
  func reachesWhatIsPromised(for subject: Subject) {
    for (threads, rounds) in [(2, 3), (3, 2), (4, 1)] {
      for model in MemoryModel.allCases {
        let isCovered = subject.scenarios.contains { scenario in
          scenario.threadCount == threads && scenario.roundCount == rounds && scenario.model == model
            && scenario.preemptions ?? .max >= 3 && scenario.faults.timeOuts > 0
        }
        #expect(isCovered, "\(subject): \(threads) x \(rounds) under \(model)")
      }
    }
    #expect(subject.mutants.count >= 3)
  }

  @Test func everyAlgorithmIsRegistered() throws {
    let sources = URL(filePath: #filePath).appending(path: "../../../Sources/FastLock").standardized
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var algorithms: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      for match in try String(contentsOf: file, encoding: .utf8).matches(
        of: /enum (\w+)<\w+: \w*Machine>/)
      {
        algorithms.insert(String(match.1))
      }
    }
    #expect(algorithms == Set(Subject.all.map(\.algorithm)))
    #expect(!algorithms.isEmpty)
  }

  @Test func explorationIsDeterministic() {
    let scenario = Subject.oneShotEvent.scenarios[0]
    func explore() -> Exploration {
      // States are told apart by what is on the stacks, where ThreadSanitizer leaves now this and now that.
      test_has_thread_sanitizer()
        ? .sample(scenario, runs: 200, seed: 2_026) : .explore(scenario)
    }
    let (first, second) = (explore(), explore())
    #expect(first.schedules == second.schedules)
    #expect(first.states == second.states)
    #expect(first.mostSteps == second.mostSteps)
  }
}

extension Duration {
  fileprivate var formatted: String {
    formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 2)))
  }
}
