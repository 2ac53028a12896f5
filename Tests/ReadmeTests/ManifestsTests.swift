import Foundation
import Testing

@Suite struct ManifestsTests {
  let examples: Examples

  init() throws {
    examples = try Examples()
  }

  @Test func resolve() async throws {
    let names = examples.names(of: .manifest)
    try #require(!names.isEmpty)
    for name in names {
      let manifest = try #require(examples.text(of: .manifest, name))
      #expect(manifest.contains(Repository.publishedDependency), "manifest `\(name)` does not name FastLock")
      try await expectToResolve(manifest, name)
    }
  }

  @Test func takeEachDependency() async throws {
    let names = examples.names(of: .dependency)
    try #require(!names.isEmpty)
    for name in names {
      let dependency = try #require(examples.text(of: .dependency, name))
      try await expectToResolve(
        """
        // swift-tools-version: 6.2
        import PackageDescription
        let package = Package(
          name: "App",
          dependencies: [\(dependency)],
          targets: [
            .executableTarget(name: "App", dependencies: [.product(name: "FastLock", package: "fastlock")])
          ])
        """, name)
    }
  }

  /// Resolving checks the syntax, the products and the traits.
  private func expectToResolve(_ manifest: String, _ name: String) async throws {
    let client = try ClientPackage(manifest: manifest)
    defer { client.remove() }
    let description = try await client.swift("package", "dump-package")
    try #require(description.succeeded, "manifest `\(name)`: \(description)")
    let package = try JSONDecoder().decode(Package.self, from: Data(description.output.utf8))
    for target in package.targets { try client.write("", to: "Sources/\(target.name)/Source.swift") }
    let resolution = try await client.swift("package", "show-dependencies")
    #expect(resolution.succeeded, "manifest `\(name)`: \(resolution)")
  }

  private struct Package: Decodable {
    let targets: [Target]

    struct Target: Decodable {
      let name: String
    }
  }
}
