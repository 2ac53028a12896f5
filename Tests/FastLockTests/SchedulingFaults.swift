import TestSupport
import Testing

/// Contention of threads that get the CPU late, seldom, or all the same one.
@Suite struct SchedulingFaults {
  /// As `contentionUnderQuota` of fault-probe says: with a cgroup where there are privileges to make one, otherwise with
  /// stops of the same length.
  @Test func aCPUQuotaIsSurvived() throws {
    try expectSurvival("quota", injected: 20)
  }

  @Test(arguments: ["one-cpu", "left-with-one-cpu"])
  func oneCPUIsSurvived(_ scenario: String) throws {
    try expectSurvival(scenario, injected: 50)
  }

  /// One CPU of a thread is that thread's alone.
  @Test func aThreadWithOneCPUDoesNotPollAndOthersDo() throws {
    let probe = try runProbe("spin-budgets")
    #expect(probe.succeeded, "\(probe)")
  }

  @Test func stopsOfTheProcessAreSurvived() throws {
    try expectSurvival("stops", injected: 40)
  }

  private func expectSurvival(_ scenario: String, injected: Int) throws {
    let probe = try runProbe(scenario)
    #expect(probe.shortcomings(faults: LockKind.allCases.count, injected: injected, survived: 200) == [])
  }
}
