import Explorer
import FastLock
import Testing

private let x = SimulatedWord(0)
private let y = SimulatedWord(1)

/// What the memory models allow and forbid, by the classic examples. A load notes what it saw as a bit of the monitor.
@Suite struct LitmusTests {
  /// Both threads may miss the other's store: it waits in a store buffer.
  @Test(arguments: MemoryModel.allCases)
  func storesMayPassLoads(_ model: MemoryModel) {
    let scenario = Scenario("store buffering", [[storeX, loadYIntoBit0], [storeY, loadXIntoBit1]])
    #expect(isReachable(0b00, scenario, model))
    #expect(isReachable(0b11, scenario, model))
  }

  /// A read-modify-write of the same word first empties the buffer.
  @Test func readModifyWritesEmptyTheStoreBuffer() {
    let scenario = Scenario("store buffering", [[exchangeX, loadYIntoBit0], [exchangeY, loadXIntoBit1]])
    #expect(!isReachable(0b00, scenario, .totalStoreOrder))
  }

  @Test(arguments: MemoryModel.allCases)
  func aReleaseIsSeenWithWhatWentBefore(_ model: MemoryModel) {
    let scenario = Scenario("message passing", [[storeX, storeY], [acquireYIntoBit0, loadXIntoBit1]])
    #expect(!isReachable(0b01, scenario, model))
    #expect(isReachable(0b11, scenario, model))
    #expect(isReachable(0b00, scenario, model))
  }

  @Test(arguments: MemoryModel.allCases, ["store y", "acquire y"])
  func withoutAReleaseOrAnAcquireItMayNotBe(_ model: MemoryModel, _ site: String) {
    let scenario = Scenario("message passing", [[storeX, storeY], [acquireYIntoBit0, loadXIntoBit1]])
    #expect(isReachable(0b01, scenario, model, Mutation(.relaxed, at: site)) == (model == .weak))
  }

  @Test(arguments: MemoryModel.allCases)
  func aWordNeverGoesBack(_ model: MemoryModel) {
    let scenario = Scenario("coherence", [[storeX], [loadXIntoBit0, loadXIntoBit1]])
    #expect(!isReachable(0b01, scenario, model))
    #expect(isReachable(0b10, scenario, model))
  }

  /// A chain of releases and acquires carries what went before its first link.
  @Test(arguments: MemoryModel.allCases)
  func aReleaseSequencePassesReadModifyWrites(_ model: MemoryModel) {
    let scenario = Scenario(
      "release sequence", [[storeX, storeY], [relayY], [acquireTwiceYIntoBit0, loadXIntoBit1]])
    #expect(!isReachable(0b01, scenario, model))
  }

  @Test(arguments: MemoryModel.allCases)
  func anUnorderedAccessIsARace(_ model: MemoryModel) {
    let scenario = Scenario("race", [[write], [read]]).under(model)
    #expect(Exploration.explore(scenario).failure?.violation == .dataRace)
  }

  private func isReachable(
    _ outcome: UInt64, _ scenario: Scenario, _ model: MemoryModel, _ mutation: Mutation? = nil
  ) -> Bool {
    var scenario = scenario.under(model)
    scenario.atEnd =
      switch outcome {
      case 0b00: { $0.require($0.monitor != 0b00, "reached") }
      case 0b01: { $0.require($0.monitor != 0b01, "reached") }
      case 0b10: { $0.require($0.monitor != 0b10, "reached") }
      default: { $0.require($0.monitor != 0b11, "reached") }
      }
    return Exploration.explore(scenario, mutation: mutation).failure != nil
  }
}

private func note(_ bit: UInt64, _ value: UInt32) {
  if value != 0 { World.current.monitor |= bit }
}

private let storeX = Action("x = 1") { _ in Simulated.store(1, to: x, .releasing, at: "store x") }
private let storeY = Action("y = 1") { _ in Simulated.store(1, to: y, .releasing, at: "store y") }
private let exchangeX = Action("x <-> 1") { _ in
  _ = Simulated.exchange(x, with: 1, at: "exchange x")
}
private let exchangeY = Action("y <-> 1") { _ in
  _ = Simulated.exchange(y, with: 1, at: "exchange y")
}
private let loadXIntoBit0 = Action("load x") { _ in note(1, Simulated.load(x, .relaxed, at: "first load x")) }
private let loadXIntoBit1 = Action("load x") { _ in note(2, Simulated.load(x, .relaxed, at: "load x")) }
private let loadYIntoBit0 = Action("load y") { _ in note(1, Simulated.load(y, .relaxed, at: "load y")) }
private let acquireYIntoBit0 = Action("acquire y") { _ in
  note(1, Simulated.load(y, .acquiring, at: "acquire y"))
}
private let relayY = Action("y: 1 becomes 2") { _ in
  _ = Simulated.compareExchange(y, expected: 1, desired: 2, .acquiring, at: "relay y")
}
private let acquireTwiceYIntoBit0 = Action("acquire y = 2") { _ in
  note(1, Simulated.load(y, .acquiring, at: "acquire y") == 2 ? 1 : 0)
}
private let write = Action("write") { world in
  note(0, Simulated.load(x, .relaxed, at: "load x"))
  world.write()
}
private let read = Action("read") { world in
  note(0, Simulated.load(x, .relaxed, at: "load x"))
  world.read()
}
