import CTestSupport
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
    try expectSuccess("spin-budgets")
  }

  /// Regression: a lock that was handed over to a waiter in a signal handler was nobody's until that returned.
  @Test func waitersInASignalHandlerKeepNobodyFromTheLock() throws {
    try expectSuccess("suspended-waiters")
  }

  /// Regression: a lock that was handed over to a waiter without a CPU was nobody's for half a second.
  @Test(
    .enabled(if: policiesWork, "SCHED_IDLE and SCHED_FIFO are not to be had here"),
    arguments: ["idle-waiter", "nice-waiter", "waiter-below-fifo"])
  func aWaiterWithoutACPUKeepsNobodyFromTheLock(_ scenario: String) throws {
    try expectSuccess(scenario)
  }

  /// Regression: hand-overs without end, beside which nobody else was woken.
  @Test func ordinarySleepersAreWokenBesideStarvingWaiters() throws {
    try expectSuccess("ordinary-sleepers")
  }

  private static var policiesWork: Bool {
    [TEST_IDLE, TEST_NICE, TEST_URGENT].allSatisfy { urgency in
      (try? TestThread { test_set_urgency(urgency) == 0 }.join()) ?? false
    }
  }

  private func expectSuccess(_ scenario: String) throws {
    let probe = try runProbe(scenario)
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
