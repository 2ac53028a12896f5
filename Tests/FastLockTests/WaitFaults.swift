import TestSupport
import Testing

/// Locks whose futex waits come back for no reason: all of them, or each k-th.
@Suite struct WaitFaults {
  /// From the start of the process, whose first wait for a lock calibrates the polling.
  @Test(arguments: [
    "futex-wait=EINTR", "futex-wait=EAGAIN", "futex-wait=ETIMEDOUT", "futex-wait=EINTR/2",
    "futex-wait=EAGAIN/3",
  ])
  func contentionIsSurvived(_ fault: String) throws {
    let probe = try runProbe("contention", failing: [fault])
    let kinds = LockKind.allCases.count
    #expect(probe.shortcomings(faults: kinds, survived: 200) == [])
    // Each contest begins with four threads that have to wait.
    #expect(probe.launcherInjections >= kinds)
  }

  @Test(arguments: ["EINTR", "EAGAIN", "ETIMEDOUT"], [1, 2, 3, 7])
  func contentionInWhichTheyBeginIsSurvived(_ error: String, _ every: Int) throws {
    let probe = try runProbe("contention", "futex-wait=\(error)/\(every)")
    #expect(probe.shortcomings(faults: LockKind.allCases.count, injected: 100, survived: 200) == [])
  }

  @Test(arguments: ["futex-wait=EINTR", "futex-wait=EAGAIN", "futex-wait=ETIMEDOUT", "futex-wait=EINTR/2"])
  func timeOutsStillEndAndAreNotCutShort(_ fault: String) throws {
    let probe = try runProbe("time-outs", failing: [fault])
    #expect(probe.shortcomings(faults: LockKind.allCases.count, survived: 3) == [])
    #expect(probe.launcherInjections >= LockKind.allCases.count)
  }

  @Test func anInterruptibleWaitCanBeLeftThoughEveryWaitFails() throws {
    let probe = try runProbe("interruptible-wait", failing: ["futex-wait=EINTR"])
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.launcherInjections == 3)
  }

  @Test(arguments: ["futex-wait=EINTR", "futex-wait=EAGAIN", "futex-wait=EAGAIN/2", "futex-wait=ETIMEDOUT"])
  func noInterruptOfTheMainThreadIsLostThoughWaitsFail(_ fault: String) throws {
    let probe = try runProbe("interrupt-race", failing: [fault])
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.launcherInjections > 0)
  }
}
