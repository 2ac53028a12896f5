import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The report of an error that nobody caught, on the standard error of a process of its own.
@Suite struct ReportTests {
  @Test func namesThreadPlaceErrorAndStack() throws {
    let probe = try runProbe("report")
    #expect(probe.succeeded, "\(probe)")
    let identity = probe.output.split(separator: "\n")[0]
    let lines = probe.errorOutput.split(separator: "\n")
    #expect(
      lines[0].hasPrefix("Uncaught error in thread \(identity) \"bursting\", started at fault_probe/"))
    #expect(lines[0].contains("/UncaughtErrors.swift:"))
    #expect(lines[1] == "Boom: something burst")
    #expect(lines[2] == "Stack that started the thread:")
    #expect(lines[3].contains("startBursting()"))
    #expect(!probe.errorOutput.contains("Stack of the throw"))
  }

  @Test func showsTheStackOfTheThrowOnDemand() throws {
    let probe = try runProbe("report", tracingThrows: true)
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    let throwStack = try #require(lines.firstIndex(of: "Stack of the throw:"))
    #expect(lines[throwStack + 1].contains("throwBoom()"))
    let startStack = try #require(lines.firstIndex(of: "Stack that started the thread:"))
    #expect(startStack > throwStack)
    #expect(lines[startStack + 1].contains("startBursting()"))
  }

  @Test(arguments: ["report", "report-long"])
  func isOneWriteThatFitsAPipe(scenario: String) throws {
    let trace = try ChildProcess.run(
      systemExecutable("strace"),
      ["-f", "-qq", "-e", "trace=write", "-e", "signal=none", siblingExecutable("fault-probe"), scenario])
    #expect(trace.succeeded, "\(trace)")
    // The trace and the report share standard error: a line of trace is `write(2, "..."..., SIZE` and the report.
    let writes = trace.errorOutput.split(separator: "\n").filter { $0.contains("write(2, \"") }
    #expect(writes.count == 1, "\(trace)")
    let size = writes.first?.split(separator: "..., ").last.map { $0.prefix { $0.isNumber } }
    #expect((100...4096).contains(Int(size ?? "") ?? 0), "\(trace)")
  }

  @Test func aStackOfTheLeastSizeSuffices() throws {
    let probe = try runProbe("report-small-stack")
    #expect(probe.succeeded, "\(probe)")
    let reports = probe.errorOutput.split(separator: "\n").filter { !$0.hasPrefix("  ") }
    let identities = probe.output.split(separator: "\n")
    #expect(reports.count == 6, "\(probe)")
    #expect(
      reports.first?.hasPrefix("Uncaught error in thread \(identities[0]) \"small\", started at ") ?? false)
    #expect(reports.dropFirst().first == #"MissingFile: MissingFile(path: "settings.json")"#)
    #expect(
      reports.dropFirst(3).first?.hasPrefix("Uncaught error in thread \(identities[1]) \"small\"") ?? false)
    #expect(reports.dropFirst(4).first == "ThreadCounting: 1 thread counts")
  }

  @Test func withoutMemoryForAnotherASmallStackTellsThreadAndPlace() throws {
    let probe = try runProbe("report-smallest-means")
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    #expect(lines.count == 2, "\(probe)")
    #expect(lines.first?.contains(" \"small\", started at fault_probe/") ?? false, "\(probe)")
    #expect(
      lines.last == "The stack is too small to describe the error, and there is no memory for a larger one.")
  }

  @Test func showsTheThrowThatReplacedAnErrorWhoseReleaseThrows() throws {
    let probe = try runProbe("report-after-nested-throw", tracingThrows: true)
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    let throwStack = try #require(lines.firstIndex(of: "Stack of the throw:"), "\(probe)")
    #expect(lines[throwStack + 1].contains("throwBoom()"))
  }

  @Test func saysThatTheStackOfATypedThrowIsUnknown() throws {
    let probe = try runProbe("report-typed-throw", tracingThrows: true)
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    #expect(
      lines.dropFirst(2).first
        == "The stack of the throw is unknown: the runtime tells of untyped throws only.", "\(probe)")
    #expect(lines.dropFirst(3).first == "Stack that started the thread:", "\(probe)")
  }

  @Test func showsTheUsersExtensionsOfTheLibrarysTypes() throws {
    let probe = try runProbe("report-from-extension")
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    let stack = try #require(lines.firstIndex(of: "Stack that started the thread:"), "\(probe)")
    #expect(lines[stack + 1].contains("startBurstingHere()"), "\(probe)")
  }

  @Test func namesFunctionsThoughAnotherFileTookTheProgramsPlace() throws {
    let program = "/tmp/fastlock-probe-\(getpid())"
    let copy = try ChildProcess.run(systemExecutable("cp"), [siblingExecutable("fault-probe"), program])
    defer { unsafe unlink(program) }
    try #require(copy.succeeded, "\(copy)")
    let probe = try ChildProcess.run(program, ["report-replaced"])
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.errorOutput.contains("startBursting()"), "\(probe)")
  }

  @Test(.enabled(if: childrenOfForksWork))
  func aForkedChildReportsWhatItsForkerThrowsThoughTheParentJoinsIt() throws {
    let probe = try runProbe("fork-and-throw")
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n").filter { !$0.hasPrefix("  ") }
    #expect(lines.first?.contains(" \"forking\", started at fault_probe/") ?? false, "\(probe)")
    #expect(lines.dropFirst().first == "Boom: something burst")
    #expect(lines.filter { $0.hasPrefix("Uncaught") }.count == 1, "\(probe)")
  }

  @Test func nilRestoresIt() throws {
    let probe = try runProbe("handler")
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.errorOutput.split(separator: "\n").filter { $0.hasPrefix("Uncaught") }.count == 1)
  }
}
