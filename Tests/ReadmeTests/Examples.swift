/// The blocks of all documents.
struct Examples {
  let blocks: [Document.Block]

  init() throws {
    let documents = [
      "README.md", "Sources/FastLock/FastLock.docc/FastLock.md", "Sources/Threads/Threads.docc/Threads.md",
    ]
    blocks = try documents.flatMap { try Document(at: $0).blocks }
  }

  /// The names of all blocks of a kind, in their order.
  func names(of kind: Document.Kind) -> [String] {
    blocks.filter { $0.kind == kind }.reduce(into: []) { names, block in
      if !names.contains(block.name) { names.append(block.name) }
    }
  }

  /// The blocks of one kind and name as one text, nil if there are none.
  func text(of kind: Document.Kind, _ name: String) -> String? {
    let parts = blocks.filter { $0.kind == kind && $0.name == name }
    return parts.isEmpty ? nil : parts.map(\.text).joined()
  }
}
