import CBenchSupport
import Foundation

/// Versions of what takes part, found out at run time.
enum Versions {
  /// The toolchain's own word for it stands at the head of the interfaces beside the standard library; a program that
  /// runs without its toolchain knows the first two numbers only.
  static let swift: String = {
    let roughly = "\(_SwiftStdlibVersion.current)".split(separator: ".").prefix(2).joined(separator: ".")
    guard let path = bench_library_defining("swift_retain") else { return roughly }
    let directory = URL(fileURLWithPath: String(cString: path)).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("Synchronization.swiftmodule")
    let files =
      (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
    guard let interface = files.first(where: { $0.pathExtension == "swiftinterface" }),
      let text = try? String(contentsOf: interface, encoding: .utf8)
    else { return roughly }
    return compilerVersion(interface: text) ?? roughly
  }()

  /// "6.3.1" out of the line "// swift-compiler-version: Swift version 6.3.1 (swift-6.3.1-RELEASE)".
  static func compilerVersion(interface text: String) -> String? {
    for line in text.split(separator: "\n", maxSplits: 10) where line.hasPrefix("// swift-compiler-version:")
    {
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "version"), index + 1 < words.count else { return nil }
      return String(words[index + 1])
    }
    return nil
  }

  static var cLibrary: String { "glibc \(String(cString: bench_glibc_version()))" }

  static let swiftNIO = resolvedVersion(of: "swift-nio")

  /// From the file in which the package manager notes what it resolved, beside the sources of this program.
  private static func resolvedVersion(of package: String) -> String {
    struct Resolved: Decodable {
      struct Pin: Decodable {
        struct State: Decodable { let version: String? }
        let identity: String
        let state: State
      }
      let pins: [Pin]
    }
    let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { path, _ in path.deletingLastPathComponent() }
    guard let data = try? Data(contentsOf: root.appendingPathComponent("Package.resolved")),
      let resolved = try? JSONDecoder().decode(Resolved.self, from: data)
    else { return "of unknown version" }
    return resolved.pins.first { $0.identity == package }?.state.version ?? "of unknown version"
  }
}
