import TestSupport

/// The package Tests/Fixtures/MachineCodeClient, built as its users would build it.
struct MachineCodeClient {
  let executable: String
  /// A library that uses locks, and a program that does not, to load it.
  let lateLibrary: String
  let lateHost: String
  let code: Disassembly
  /// What was compiled of the client itself, before it was linked with the library.
  let objects: [String]
  private let repository: String

  private static let name = "MachineCodeClient"

  init(libraryEvolution: Bool = false, filePath: String = #filePath) throws {
    // A directory of its own within the build's, so that it does not wait for the build that runs the test.
    let scratch = try "\(buildDirectory())/\(Self.name)" + (libraryEvolution ? "WithLibraryEvolution" : "")
    // This file is in Tests/FastLockTests/MachineCode.
    repository = "/" + filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let build = try ChildProcess.run(
      systemExecutable("swift"),
      [
        "build", "-c", "release", "--package-path", "\(repository)/Tests/Fixtures/\(Self.name)",
        "--scratch-path", scratch,
      ] + (libraryEvolution ? ["-Xswiftc", "-enable-library-evolution"] : []))
    guard build.succeeded else { throw Disassembly.Failure(description: "\(build)") }
    executable = "\(scratch)/release/\(Self.name)"
    lateLibrary = "\(scratch)/release/libLateLibrary.so"
    lateHost = "\(scratch)/release/LateHost"
    objects = try Self.lines(of: "find", ["\(scratch)/release/\(Self.name).build", "-name", "*.o"])
    code = try Disassembly(of: executable)
  }

  func function(_ name: String) throws -> Function { try code.function(mangledPrefix: mangled(name)) }

  /// How the mangled name of a function or global of the client begins.
  func mangled(_ name: String) -> String { "$s17MachineCodeClient\(name.utf8.count)\(name)" }

  /// The names by which the library's sources tell machines of tests what they do.
  func siteNames() throws -> Set<String> {
    let places = try Self.lines(of: "grep", ["-rhoE", "at: \"[^\"]+\"", "\(repository)/Sources/FastLock"])
    return Set(places.map { String($0.dropFirst("at: \"".count).dropLast()) })
  }

  /// The modules that only tests use.
  func testModules() throws -> [String] {
    try Self.lines(
      of: "find",
      [
        "\(repository)/Tests", "\(repository)/Tests/Support", "-mindepth", "1", "-maxdepth", "1", "-type",
        "d",
      ]
    ).compactMap { $0.split(separator: "/").last.map(String.init) }
  }

  private static func lines(of program: String, _ arguments: [String]) throws -> [String] {
    let run = try ChildProcess.run(systemExecutable(program), arguments)
    guard run.succeeded else { throw Disassembly.Failure(description: "\(program): \(run)") }
    return run.output.split(separator: "\n").map(String.init)
  }

  /// The symbols in a file that was compiled or linked.
  static func symbols(in file: String) throws -> [Substring] {
    try Disassembly.objdump(["-t", file]).split(separator: "\n").compactMap { $0.split(separator: " ").last }
  }

  /// The texts between zero bytes in what the client's own objects bring into memory: not what debuggers read.
  func loadedTexts() throws -> Set<String> {
    var texts: Set<String> = []
    for object in objects {
      var isLoaded = false
      var bytes: [UInt8] = []
      for line in try Disassembly.objdump(["-s", object]).split(separator: "\n") {
        if line.hasPrefix("Contents of section "), let name = line.split(separator: " ").last {
          isLoaded = [".text", ".rodata", ".data", "swift5"].contains { name.hasPrefix($0) }
          bytes.append(0)
        } else if isLoaded, line.first == " " {
          // Behind an address up to four groups of up to four bytes, then the same as text.
          let groups = line.split(separator: " ", omittingEmptySubsequences: false).dropFirst(2).prefix(4)
          var digits = Substring(groups.joined())
          while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits = digits.dropFirst(2)
          }
        }
      }
      texts.formUnion(bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    }
    return texts
  }
}
