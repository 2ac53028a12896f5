import Explorer
import Testing

/// A mistake that somebody might make, in the algorithm that runs otherwise unchanged.
struct Mutant: Sendable, CustomStringConvertible {
  let subject: Subject
  let mutation: Mutation

  static let all = Subject.all.flatMap { subject in
    subject.mutants.map { Mutant(subject: subject, mutation: $0) }
  }

  var description: String { "\(subject): \(mutation)" }
}

#if !DEBUG
  @Suite struct MutantTests {
    @Test(arguments: Mutant.all)
    func isCaught(_ mutant: Mutant) throws {
      let smallestFirst = mutant.subject.scenarios.sorted { $0.size < $1.size }
      var schedules = 0
      for scenario in smallestFirst {
        let exploration = Exploration.explore(scenario, mutation: mutant.mutation)
        schedules += exploration.schedules
        guard let failure = exploration.failure else { continue }
        let replay = Exploration.replay(scenario, mutation: mutant.mutation, schedule: failure.schedule)
        #expect(replay.failure?.violation == failure.violation)
        #expect(Exploration.replay(scenario, schedule: failure.schedule).failure == nil)
        print(
          "\(mutant): \(failure.violation), in \"\(scenario)\" after \(schedules) schedules, by \(failure.schedule)"
        )
        return
      }
      Issue.record("\(mutant) survived \(schedules) schedules")
    }
  }

  extension Scenario {
    /// Grows as the number of schedules does: in how many orders the actions can be drawn from the threads, and more.
    fileprivate var size: Int {
      programs.joined().reduce(1) { size, _ in size * threadCount }
    }
  }
#endif
