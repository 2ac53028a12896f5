import TestSupport
import Testing

/// What runs on which stack, and how much of it there is.
@Suite struct StackTests {
  @Test(arguments: ["body-stacks", "narrow-stacks"])
  func aBodyHasTheStackThatWasAskedFor(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }

  @Test(arguments: ["0", "1"])
  func nothingIsReadOutsideTheThreadsOwnStack(tracing: String) throws {
    let probe = try ChildProcess.run(
      systemExecutable("env"),
      ["FASTLOCK_BACKTRACE=\(tracing)", siblingExecutable("fault-probe"), "foreign-stacks"])
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("Uncaught error in thread") } == 3, "\(probe)")
    #expect(lines.count { $0 == "Boom: something burst" } == 3, "\(probe)")
    #expect(!lines.contains("Stack that started the thread:"), "\(probe)")
  }
}
