import Foundation
import Glibc

/// Something to write to, which says when that fails.
struct Output {
  static let standardOutput = Output(name: "standard output", descriptor: STDOUT_FILENO)
  static let standardError = Output(name: "standard error", descriptor: STDERR_FILENO)

  private let name: String
  private let descriptor: Int32

  private init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  /// A file, created if there is none; what it contains stays until there is something to replace it.
  init(path: String) throws(Failure) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    name = path
    guard descriptor >= 0 else { throw Failure(name) }
  }

  func write(_ text: String) throws(Failure) {
    try write(Data(text.utf8))
  }

  func replaceContents(with data: Data) throws(Failure) {
    // Terminals and pipes have no contents to cut.
    guard ftruncate(descriptor, 0) == 0 || errno == EINVAL else { throw Failure(name) }
    try write(data)
  }

  private func write(_ data: Data) throws(Failure) {
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Failure(name) }
      rest = rest.dropFirst(count)
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String

    /// Of the call that has just failed.
    fileprivate init(_ name: String) {
      description = "cannot write \(name): \(String(cString: strerror(errno)))"
    }
  }
}
