import TestSupport
import Testing

/// What needs a process of its own, with a main thread that does as told.
@Suite struct ProbeTests {
  @Test(arguments: [
    "handler", "handler-joinable", "exit-main", "exit-thread", "main-returns", "starts", "main-interrupts",
    "main-interruptible-acquire", "keyboard-interrupt", "ignored-interrupt",
    "interrupt-on-alternate-stack", "interrupt-in-handler", "report-closed",
    "report-broken-pipe", "report-full-pipe", "start-again", "stack-sizes", "late-join",
  ])
  func holds(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }

  @Test(
    .enabled(if: childrenOfForksWork),
    arguments: [
      "fork-threads", "fork-from-thread", "fork-while-polled", "fork-recycled-identity", "fork-during-report",
      "children-beside-threads", "children-of-threads", "children-during-exchanges", "fork-threads-early",
    ])
  func holdsInChildrenOfForks(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }

  /// On a kernel without MADV_WIPEONFORK.
  @Test(
    .enabled(if: childrenOfForksWork),
    arguments: ["fork-threads", "fork-from-thread", "fork-recycled-identity", "fork-during-report"])
  func holdsInChildrenOfForksThatHandlersNotice(scenario: String) throws {
    let probe = try runProbe(scenario, failing: ["wipe-on-fork=EINVAL"])
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.launcherInjections > 0)
  }

  @Test func otherThreadsDieWithMainWithoutRunningDefer() throws {
    let probe = try runProbe("main-returns")
    #expect(probe.succeeded, "\(probe)")
    #expect(!probe.output.contains("deferred"))
  }

  @Test func threadsThatExitAreSilent() throws {
    let probe = try runProbe("exit-thread")
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.errorOutput.isEmpty)
  }

  /// The allocator's lock is taken for each allocation, not only when a thread's own store is empty.
  @Test func anInterruptFromAHandlerAllocatesNothing() throws {
    let probe = try ChildProcess.run(
      systemExecutable("env"),
      [
        "GLIBC_TUNABLES=glibc.malloc.tcache_count=0", siblingExecutable("fault-probe"),
        "interrupt-in-allocating-thread",
      ])
    #expect(probe.succeeded, "\(probe)")
  }
}
