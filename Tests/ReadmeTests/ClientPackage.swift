import Foundation

/// A package in a directory of its own, which uses this one as README.md says.
struct ClientPackage {
  let directory: URL

  /// Where `manifest` names the published FastLock, the local one takes its place. `sources` has the text of
  /// `main.swift` for each executable target.
  init(manifest: String, sources: [String: String] = [:]) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "fastlock-readme-\(UUID().uuidString)")
    let manifest = manifest.replacing(Repository.publishedDependency, with: Repository.localDependency)
    try write(manifest, to: "Package.swift")
    for (target, text) in sources { try write(text, to: "Sources/\(target)/main.swift") }
  }

  func write(_ text: String, to path: String) throws {
    let file = directory.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
  }

  func remove() {
    try? FileManager.default.removeItem(at: directory)
  }

  /// `swift` with `arguments` in the package.
  func swift(_ arguments: String...) async throws -> Command.Result {
    try await Command.run("/usr/bin/env", ["swift"] + arguments, in: directory)
  }

  /// Runs a target that was built for debugging.
  func runTarget(_ name: String) async throws -> Command.Result {
    try await Command.run(directory.appending(path: ".build/debug/\(name)").path, [], in: directory)
  }
}
