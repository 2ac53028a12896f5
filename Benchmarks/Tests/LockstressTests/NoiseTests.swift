import ArgumentParser
import CStressSupport
import Testing

@testable import lockstress

@Suite struct NoiseTests {
  @Test func selectsByName() throws {
    #expect(try Noise.selected(by: ["one-cpu", "signals", "one-cpu"]) == [.signals, .oneCPU])
    #expect(try Noise.selected(by: ["long-holds"]) == [.longHolds])
  }

  @Test func allIsEveryPossibleNoiseOnce() throws {
    let possible = Noise.allCases.filter { $0 != .forks || stress_can_fork() }
    #expect(try Noise.selected(by: ["all"]) == possible)
    #expect(try Noise.selected(by: ["signals", "all"]) == possible)
  }

  @Test(arguments: [
    (["drums"], "there is no noise 'drums'"), (["signals", "All"], "there is no noise 'All'"),
    ([], "--noise names no noise"),
  ])
  func refusesWithTheChoices(names: [String], reason: String) throws {
    let error = try #require(#expect(throws: ValidationError.self) { try Noise.selected(by: names) })
    #expect(error.message.contains(reason))
    #expect(error.message.hasSuffix("signals, stutter, shuffle, one-cpu, long-holds, forks, all"))
  }
}
