#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Something to write to, which says when that fails.
package struct Output {
  package static let standardOutput = Output(name: "standard output", descriptor: STDOUT_FILENO)
  package static let standardError = Output(name: "standard error", descriptor: STDERR_FILENO)

  private let name: String
  private let descriptor: Int32

  private init(name: String, descriptor: Int32) {
    self.name = name
    self.descriptor = descriptor
  }

  /// A file, created if there is none; what it contains stays until there is something to replace it.
  package init(path: String) throws(Failure) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    name = path
    guard descriptor >= 0 else { throw Failure(name) }
  }

  package func write(_ text: String) throws(Failure) {
    try write(Array(text.utf8))
  }

  package func replaceContents(with bytes: [UInt8]) throws(Failure) {
    // Terminals and pipes have no contents to cut.
    guard ftruncate(descriptor, 0) == 0 || errno == EINVAL else { throw Failure(name) }
    try write(bytes)
  }

  private func write(_ bytes: [UInt8]) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { writeOnce(descriptor, $0) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Failure(name) }
      rest = rest.dropFirst(count)
    }
  }

  package struct Failure: Error, CustomStringConvertible, Sendable {
    package let description: String

    /// Of the call that has just failed.
    fileprivate init(_ name: String) {
      description = "cannot write \(name): \(String(cString: strerror(errno)))"
    }
  }
}

/// What the method of this name would hide.
private func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
