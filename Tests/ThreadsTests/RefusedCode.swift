import TestSupport
import Testing

/// What the compiler is to refuse and what it is to accept, line by line: Tests/Fixtures/Refusals.
@Suite struct RefusedCode {
  @Test(arguments: [
    ("AsynchronousCode", "is unavailable from asynchronous contexts; use withLock"),
    ("AsynchronousJoins", "is unavailable from asynchronous contexts; joining blocks"),
    ("Bodies", "cannot be task-isolated at end of function"),
    ("Closures", "Sendable"),
    ("Regions", "risks causing data races"),
    ("Variables", "must be declared"),
  ])
  func isWhatTheMarksSay(_ name: String, _ reason: String) throws {
    let source = Self.fixture(name)
    let lines = fileContents(source).split(separator: "\n", omittingEmptySubsequences: false)
    let marked = lines.indices.filter { lines[$0].hasSuffix("// refused") }.map { $0 + 1 }
    try #require(!marked.isEmpty)

    let build = try buildDirectory()
    let compiler = try ChildProcess.run(
      systemExecutable("swiftc"),
      [
        // -typecheck would not look for data races.
        "-emit-sil", "-o", "/dev/null", "-parse-as-library", "-swift-version", "6",
        "-diagnostic-style", "llvm",
        "-I", "\(build)/Modules", "-Xcc", "-fmodule-map-file=\(build)/CFutex.build/module.modulemap", source,
      ])
    let errors = compiler.errorOutput.split(separator: "\n").filter { $0.contains(": error: ") }
    #expect(errors.allSatisfy { $0.hasPrefix("\(source):") && $0.contains(reason) }, "\(compiler)")
    // PATH:LINE:COLUMN: error: REASON
    let refused = errors.compactMap { Int($0.dropFirst(source.count + 1).prefix { $0 != ":" }) }
    #expect(refused.sorted() == marked, "\(compiler)")
  }

  private static func fixture(_ name: String, filePath: String = #filePath) -> String {
    // This file is in Tests/ThreadsTests.
    let tests = filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(tests)/Fixtures/Refusals/\(name).swift"
  }
}
