import Foundation
import Testing

@Suite struct CompareBuildsTests {
  private static let hasPython = (try? run("/usr/bin/env", ["python3", "--version"]).status) == 0
  private static let script = URL(filePath: #filePath)
    .appending(path: "../../../compare-builds").standardizedFileURL.path()

  private typealias Outcome = (status: Int32, output: String)

  private static func run(_ program: String, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  @Test(.enabled(if: hasPython)) func theArithmeticIsRight() throws {
    let (status, output) = try Self.run(Self.script, ["--self-test"])
    #expect(status == 0, "\(output)")
    #expect(output.contains("passed"))
  }

  @Test(arguments: [
    (["."], "two revisions to compare, not 1"),
    ([".", ".", "."], "two revisions to compare, not 3"),
    ([".", "no-such-revision"], "no such revision: no-such-revision"),
    ([".", ".", "--rounds", "0"], "--rounds 0: from 1 to 999"),
    ([".", ".", "--rounds"], "--rounds: how many?"),
    ([".", ".", "--fast"], "unknown option '--fast'"),
    ([".", ".", "--", "--json", "run.json"], "--json cannot be passed to lockbench"),
  ])
  func refusesWithAReason(arguments: [String], reason: String) throws {
    let (status, output) = try Self.run(Self.script, arguments)
    #expect(status == 64)
    #expect(output.hasPrefix("compare-builds: \(reason)"))
  }
}
