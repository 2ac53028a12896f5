import TestSupport
import Testing

/// What runs on which stack, and how much of it there is.
@Suite struct StackTests {
  @Test(arguments: ["body-stacks", "narrow-stacks"])
  func aBodyHasTheStackThatWasAskedFor(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }

  @Test(arguments: [false, true])
  func nothingIsReadOutsideTheThreadsOwnStack(isTraced: Bool) throws {
    let probe = try runProbe("foreign-stacks", tracingThrows: isTraced)
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("Uncaught error in thread") } == 3, "\(probe)")
    #expect(lines.count { $0 == "Boom: something burst" } == 3, "\(probe)")
    #expect(!lines.contains("Stack that started the thread:"), "\(probe)")
  }

  @Test(arguments: ["deep-errors", "deep-errors-dropped"])
  func errorsThatTakeMuchStackAreReported(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
    let errors = probe.errorOutput.split(separator: "\n").filter { $0.hasPrefix("Retry: ") }
    let times = scenario == "deep-errors" ? 1 : 2
    #expect(errors.count == 5 * times, "\(probe)")
    for levels in [1000, 2000, 3000] {
      let count = errors.count { $0.hasPrefix("Retry: Retry(attempt: \(levels), cause: Optional(") }
      #expect(count == (levels == 1000 ? 1 : 2) * times, "\(probe)")
    }
  }

  @Test func handlersHaveAsMuchStackAsTheReport() throws {
    let probe = try runProbe("deep-errors-handled")
    #expect(probe.succeeded, "\(probe)")
  }

  @Test func descriptionsRunOnTheThreadThatThrew() throws {
    let probe = try runProbe("describing")
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    let told =
      "Talkative: value 42, name talkative, own thread, 1 counts, lock released, something burst, 2 count"
    #expect(lines.count { $0 == told } == 2, "\(probe)")
    #expect(lines.count { $0 == "Boom: nested" } == 2, "\(probe)")
    #expect(lines.count { $0 == "Boom: dropped" } == 2, "\(probe)")
  }
}
