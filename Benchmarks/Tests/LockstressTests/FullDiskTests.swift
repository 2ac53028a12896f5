import Foundation
import Testing

/// What a tool cannot print is not to be taken for printed.
@Suite struct FullDiskTests {
  /// Runs a tool that the build has put beside this one by a shell's script, whose $0 and $@ are its words.
  private static func run(_ words: [String], _ script: String) throws -> (status: Int32, errors: String) {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let tool = URL(filePath: own).deletingLastPathComponent().appending(path: words[0])
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, tool.path()] + words.dropFirst()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  @Test(arguments: [
    (["lockstress", "--duration", "100ms", "--threads", "2"], 74), (["lockstress", "--list"], 74),
    (["lockstress", "--help"], 74), (["lockbench", "--list"], 1), (["lockbench", "--help"], 1),
  ])
  func endsWithAReason(words: [String], status: Int) throws {
    let (seen, errors) = try Self.run(words, "exec \"$0\" \"$@\" >/dev/full")
    #expect(seen == Int32(status))
    #expect(errors == "\(words[0]): cannot write standard output: No space left on device\n")
  }

  /// A file may grow to one block, enough for the command and not for the report.
  @Test func aReportThatDoesNotFitGoesToStandardError() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let words = ["lockstress", "--duration", "100ms", "--threads", "2"]
    let (status, errors) = try Self.run(
      words, "ulimit -f 1; trap '' XFSZ; exec \"$0\" \"$@\" >'\(file.path())'")
    #expect(status == 74)
    #expect(errors.contains("0 violations"))
    #expect(errors.hasSuffix("lockstress: cannot write standard output: File too large\n"))
  }
}
