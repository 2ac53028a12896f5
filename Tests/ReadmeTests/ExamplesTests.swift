import Testing

@Suite struct ExamplesTests {
  let examples: Examples

  init() throws {
    examples = try Examples()
  }

  @Test func areAllChecked() {
    for block in examples.blocks where block.language == "swift" {
      #expect(
        [.example, .manifest, .dependency].contains(block.kind),
        "\(block.place): no comment before the block says how to check it")
    }
    for block in examples.blocks where block.language == "text" {
      #expect(
        [.output, .errors, .trap].contains(block.kind),
        "\(block.place): no comment before the block says which example writes it")
      #expect(
        examples.names(of: .example).contains(block.name),
        "\(block.place): there is no example `\(block.name)`")
    }
  }

  @Test func doWhatTheTextSays() async throws {
    let names = examples.names(of: .example)
    try #require(!names.isEmpty)
    let client = try ClientPackage(
      manifest: Self.manifest(targets: names),
      sources: Dictionary(uniqueKeysWithValues: names.map { ($0, examples.text(of: .example, $0) ?? "") }))
    defer { client.remove() }
    let build = try await client.swift("build", "-Xswiftc", "-warnings-as-errors")
    try #require(build.succeeded, "the examples do not build: \(build)")
    for name in names { try await check(name, in: client) }
  }

  private func check(_ name: String, in client: ClientPackage) async throws {
    let run = try await client.runTarget(name)
    let output = examples.text(of: .output, name) ?? ""
    #expect(ExpectedText(output).matches(run.output), "example `\(name)`: \(run)")
    let trap = examples.text(of: .trap, name)
    let errors = trap ?? examples.text(of: .errors, name) ?? ""
    #expect(ExpectedText(errors).matches(run.errors), "example `\(name)`: \(run)")
    #expect(trap == nil ? run.succeeded : run.isSignal, "example `\(name)`: \(run)")
  }

  private static func manifest(targets: [String]) -> String {
    """
    // swift-tools-version: 6.2
    import PackageDescription
    let package = Package(
      name: "Examples",
      dependencies: [.package(\(Repository.publishedDependency))],
      targets: \(targets).map {
        .executableTarget(name: $0, dependencies: [.product(name: "Threads", package: "fastlock")])
      })
    """
  }
}
