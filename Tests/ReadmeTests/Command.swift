import Foundation

/// A program run to its end.
enum Command {
  struct Result: CustomStringConvertible {
    let status: Int32
    /// Whether a signal ended the program; `status` is its number then.
    let isSignal: Bool
    let output: String
    let errors: String

    var succeeded: Bool { !isSignal && status == 0 }

    var description: String {
      "\(isSignal ? "signal" : "status") \(status)\noutput:\n\(output)\nerrors:\n\(errors)"
    }
  }

  static func run(_ path: String, _ arguments: [String], in directory: URL) async throws -> Result {
    // Files, not pipes: nothing has to be read while the program runs.
    let files = try (output: TemporaryFile(), errors: TemporaryFile())
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = files.output.handle
    process.standardError = files.errors.handle
    // A trap writes its line; a backtrace of it would take seconds.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
    try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in ended.resume() }
      do {
        try process.run()
      } catch {
        ended.resume(throwing: error)
      }
    }
    return Result(
      status: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal,
      output: try files.output.takeText(), errors: try files.errors.takeText())
  }

  private struct TemporaryFile {
    let url: URL
    let handle: FileHandle

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(path: "fastlock-readme-\(UUID().uuidString)")
      try Data().write(to: url)
      handle = try FileHandle(forWritingTo: url)
    }

    func takeText() throws -> String {
      try handle.close()
      defer { try? FileManager.default.removeItem(at: url) }
      return try String(contentsOf: url, encoding: .utf8)
    }
  }
}
