import TestSupport
import Testing

/// What becomes of errors that nobody caught where several threads, or handlers, have to do with them.
@Suite struct UncaughtErrorTests {
  @Test func aHandlerMaySetAnother() throws {
    let probe = try runProbe("handler-exchange")
    #expect(probe.succeeded, "\(probe)")
  }

  @Test func reportsAtOnceStayWhole() throws {
    let probe = try runProbe("report-at-once")
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    let starts = lines.indices.filter { lines[$0].hasPrefix("Uncaught error in thread ") }
    #expect(starts.count == 200)
    for start in starts {
      let name = try #require(lines[start].split(separator: "\"").dropFirst().first)
      let digit = try #require(name.last)
      #expect(name == "reporter \(digit)")
      #expect(lines[start + 1] == "Boom: \(String(repeating: digit, count: 900))")
      #expect(lines[start + 2] == "Stack that started the thread:")
    }
    // Nothing but the frames of stacks stands between the reports.
    let frames = lines.count { $0.hasPrefix("  ") }
    #expect(lines.count == 3 * starts.count + frames)
  }

  @Test func theStackIsThatOfTheFirstThrow() throws {
    let probe = try runProbe("report-thrown-again", tracingThrows: true)
    #expect(probe.succeeded, "\(probe)")
    let lines = probe.errorOutput.split(separator: "\n")
    let stack = try #require(lines.firstIndex(of: "Stack of the throw:"))
    #expect(lines[stack + 1].contains("throwBoom()"))
    #expect(lines[stack + 2].contains("throwAgain()"))
  }
}
