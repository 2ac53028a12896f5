import Foundation
import Testing

@Suite struct LinksTests {
  @Test(arguments: ["README.md", "CONTRIBUTING.md", "SECURITY.md", "BENCHMARKS.md"])
  func leadSomewhere(from document: String) throws {
    let file = Repository.root.appending(path: document)
    let text = try String(contentsOf: file, encoding: .utf8)
    for match in text.matches(of: /\]\(([^)#\s]+)[^)]*\)/) where !match.1.contains("://") {
      let target = file.deletingLastPathComponent().appending(path: String(match.1))
      #expect(
        FileManager.default.fileExists(atPath: target.path), "\(document): nothing is at \(match.1)")
    }
  }
}
