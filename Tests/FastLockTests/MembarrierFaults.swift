import TestSupport
import Testing

/// Contention in processes to which membarrier(2) is refused.
@Suite struct MembarrierFaults {
  @Test(arguments: ["membarrier=EPERM", "membarrier=ENOSYS", "membarrier=ENOMEM/2"])
  func refusalFromTheStartIsSurvived(_ fault: String) throws {
    let probe = try runProbe("contention", failing: [fault])
    #expect(probe.shortcomings(faults: LockKind.allCases.count, survived: 200) == [])
  }

  @Test(arguments: [("membarrier=EPERM", 50), ("membarrier=ENOSYS", 50), ("membarrier=EPERM/2", 25)])
  func refusalThatBeginsInTheMiddleIsSurvived(_ fault: String, _ injected: Int) throws {
    let probe = try runProbe("membarriers", fault)
    #expect(probe.shortcomings(faults: LockKind.allCases.count, injected: injected, survived: 200) == [])
  }

  @Test func withoutRefusalEachMutexThatMeetsContentionIssuesOneBarrier() throws {
    let probe = try runProbe("barriers-issued")
    #expect(probe.succeeded, "\(probe)")
  }

  @Test func afterRefusalMutexesStayInContendedModeAndWork() throws {
    let probe = try runProbe("barriers-refused", failing: ["membarrier=EPERM"])
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.launcherInjections > 0)
  }

  @Test func afterRefusalNobodyLooksAtALockThatIsHeldForLongAgainAndAgain() throws {
    let probe = try runProbe("barriers-refused-idle", failing: ["membarrier=EPERM"])
    #expect(probe.succeeded, "\(probe)")
  }

  /// The environment keeps the process from asking at all.
  @Test func theEnvironmentCanRefuseLikeASystem() throws {
    let probe = try ChildProcess.run(
      systemExecutable("env"),
      [
        "FASTLOCK_MEMBARRIER=0", siblingExecutable("seccomp-launcher"), "--fail", "membarrier=EPERM", "--",
        siblingExecutable("fault-probe"), "barriers-refused",
      ])
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.faultReports.last?["calls"] == 0)
  }

  @Test func contentionIsSurvivedWhereTheEnvironmentRefuses() throws {
    let probe = try ChildProcess.run(
      systemExecutable("env"), ["FASTLOCK_MEMBARRIER=0", siblingExecutable("fault-probe"), "contention"])
    #expect(probe.shortcomings(faults: LockKind.allCases.count, survived: 200) == [])
  }

  @Test func aProcessThatIsNotRegisteredRegistersAndAsksAgain() throws {
    let probe = try runProbe("barriers-unregistered")
    #expect(probe.succeeded, "\(probe)")
  }
}
