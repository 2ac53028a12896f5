import TestSupport
import Testing

/// The library in other forms than a Swift program's part: in a library that is closed, in an archive that a program in C
/// is linked from, beside a runtime in the program.
@Suite(.serialized) struct EmbeddingTests {
  private static let debug = Result { try EmbeddingClient("debug") }
  private static let release = Result { try EmbeddingClient("release") }

  /// Of everything that the system calls afterwards.
  @Test(arguments: [false, true], ["thread-ends", "thread-runs", "signal", "fork"])
  func aLibraryThatIsClosedStaysLoaded(isRelease: Bool, scenario: String) throws {
    let client = try (isRelease ? Self.release : Self.debug).get()
    let host = try client.closeLibrary(scenario)
    #expect(host.succeeded && host.output == "ended well\n", "\(host)")
  }

  @Test(arguments: [false, true]) func aProgramLinkedFromAnArchiveHasWhatIsDoneAtLoad(isRelease: Bool) throws
  {
    let program = try (isRelease ? Self.release : Self.debug).get().archiveHost()
    let host = try ChildProcess.run(program)
    #expect(host.succeeded && host.output == "barriers: yes, threads: 1, in the child: 0\n", "\(host)")
    let refused = try ChildProcess.run(systemExecutable("env"), ["FASTLOCK_MEMBARRIER=0", program])
    #expect(refused.output == "barriers: no, threads: 1, in the child: 0\n", "\(refused)")
  }

  /// The runtime's functions are not there for dlsym(3) then.
  @Test(arguments: [[], ["-Xswiftc", "-static-executable"]])
  func theStackOfTheThrowIsReportedWithTheRuntimeInTheProgram(options: [String]) throws {
    let client = try EmbeddingClient(
      "release", options: ["--product", "ThrowingProgram", "--static-swift-stdlib"] + options)
    let program = try client.throwError()
    #expect(program.succeeded, "\(program)")
    let lines = program.errorOutput.split(separator: "\n")
    let stack = try #require(lines.firstIndex(of: "Stack of the throw:"), "\(program)")
    #expect(lines[stack + 1].contains("throwBoom()"), "\(program)")
    let start = try #require(lines.firstIndex(of: "Stack that started the thread:"), "\(program)")
    #expect(lines[start + 1].contains("ThrowingProgram_main"), "\(program)")
  }
}
