import TestSupport

/// The package Tests/Fixtures/EmbeddingClient, built as its users would build it.
struct EmbeddingClient {
  private let directory: String
  private let products: String
  private let scratch: String

  // `options` is what `swift build` is told besides.
  init(_ configuration: String, options: [String] = [], filePath: String = #filePath) throws {
    // This file is in Tests/ThreadsTests.
    let repository = "/" + filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    directory = "\(repository)/Tests/Fixtures/EmbeddingClient"
    // A directory of its own within the build's, so that it does not wait for the build that runs the test.
    scratch = try "\(buildDirectory())/EmbeddingClient\(options.joined())"
    products = "\(scratch)/\(configuration)"
    try Self.run(
      "swift",
      ["build", "-c", configuration, "--package-path", directory, "--scratch-path", scratch] + options)
  }

  /// Runs the program that loads the library and closes it.
  func closeLibrary(_ scenario: String) throws -> ChildProcess {
    try ChildProcess.run("\(products)/ClosingHost", ["\(products)/libEmbeddedLibrary.so", scenario])
  }

  /// A program in C, linked from the archive.
  func archiveHost() throws -> String {
    let object = "\(products)/ArchiveHost.o"
    let program = "\(products)/ArchiveHost"
    try Self.run("clang", ["-c", "\(directory)/ArchiveHost/main.c", "-o", object])
    try Self.run("swiftc", [object, "\(products)/libEmbeddedArchive.a", "-o", program])
    return program
  }

  /// Runs the program whose thread throws, with throws traced.
  func throwError() throws -> ChildProcess {
    try ChildProcess.run(
      systemExecutable("env"), ["FASTLOCK_BACKTRACE=1", "\(products)/ThrowingProgram"])
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let run = try ChildProcess.run(systemExecutable(program), arguments)
    guard run.succeeded else { throw Failure(description: "\(program) \(arguments): \(run)") }
  }
}
