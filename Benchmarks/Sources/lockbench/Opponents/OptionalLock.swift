/// A lock of a library that need not be installed; Package.swift finds out whether it is.
struct OptionalLock: Sendable {
  struct Installed: Sendable {
    let opponent: Opponent<MutexCells>
    /// The library's name and version.
    let library: String
  }

  let id: String
  /// The Debian package that brings it.
  let package: String
  /// Nil where this program was built without it.
  let installed: Installed?

  static let all = [tbb, abseil]
}
