import Foundation

/// Where this package is.
enum Repository {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What README.md calls it in a manifest.
  static let publishedDependency = #"url: "https://github.com/fastlock/fastlock", from: "0.1.0""#

  /// The same in a package on this machine.
  static let localDependency = #"name: "fastlock", path: "\#(root.path)""#
}
