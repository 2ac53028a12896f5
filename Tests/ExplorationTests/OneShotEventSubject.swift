import Explorer
import FastLock

private typealias Algorithm = OneShotEvent<Simulated>

private let word = SimulatedWord(0)

extension Subject {
  static let oneShotEvent = Subject(
    algorithm: "OneShotEvent",
    scenarios: [
      twoThreads.under(.totalStoreOrder, Faults(timeOuts: 3, spuriousReturns: 2)),
      twoThreads.under(.weak, Faults(timeOuts: 2, spuriousReturns: 1, staleReads: 3)),
      threeThreads.under(.totalStoreOrder, Faults(timeOuts: 2, spuriousReturns: 2)),
      threeThreads.under(.weak, Faults(timeOuts: 1, spuriousReturns: 1, staleReads: 2)),
      fourThreads.under(.totalStoreOrder, Faults(timeOuts: 1, spuriousReturns: 1)),
      fourThreads.under(.weak, Faults(timeOuts: 1, staleReads: 2)),
    ],
    mutants: [
      Mutation(.relaxed, at: "is set"),
      Mutation(.relaxed, at: "set"),
      Mutation(.torn, at: "set"),
      Mutation(.torn, at: "await"),
      Mutation(.dropped, at: "wake"),
      Mutation(.wakes(1), at: "wake"),
      Mutation(.sleepsUnchecked, at: "sleep"),
    ])

  private static let twoThreads = scenario("2 x 3", [[set], [timedWait, look, wait]])
  private static let threeThreads = scenario("3 x 2", [[look, set], [timedWait, wait], [wait, look]])
  private static let fourThreads = scenario("4 x 1", [[set], [wait], [timedWait], [wait]])

  private static func scenario(_ name: String, _ programs: [[Action]]) -> Scenario {
    var scenario = Scenario("OneShotEvent, \(name)", programs)
    scenario.atEnd = { world in
      world.require(Algorithm.isSet(word), "what has happened is forgotten")
    }
    return scenario
  }
}

private let set = Action("set") { world in
  world.write()
  world.monitor = 1
  Algorithm.set(word)
}

private func expectHappened(_ world: World) {
  world.require(world.monitor == 1, "waited for nothing")
  world.read()
}

private let wait = Action("wait") { world in
  world.require(Algorithm.wait(word, until: .never), "gave up without a deadline")
  expectHappened(world)
}

private let timedWait = Action("timed wait") { world in
  if Algorithm.wait(word, until: .soon) { expectHappened(world) }
}

private let look = Action("look") { world in
  if Algorithm.isSet(word) { expectHappened(world) }
}
