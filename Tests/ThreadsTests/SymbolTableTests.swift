import TestSupport
import Testing
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that claim to be ELF files.
@Suite struct SymbolTableTests {
  /// The header's place of the section table; the other fields say that there are four sections of 64 bytes.
  @Test(arguments: [0, 63, 64, 65, 1 << 32, largest - 192, largest - 64, largest, 1 << 63, .max])
  func noSectionTableIsTooFarOut(_ place: UInt64) throws {
    var file = [UInt8](repeating: 0, count: 64)
    file.replaceSubrange(0..<4, with: [0x7f, 0x45, 0x4c, 0x46])
    file.replaceSubrange(40..<48, with: (0..<8).map { UInt8(truncatingIfNeeded: place >> (8 * $0)) })
    (file[58], file[60]) = (64, 4)
    #expect(try symbol(in: file) == nil)
  }

  private static let largest = UInt64(Int64.max)

  private func symbol(in file: [UInt8]) throws -> String? {
    var path = Array("/tmp/fastlock-elf-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&path)
    try #require(descriptor >= 0)
    defer {
      close(descriptor)
      unsafe unlink(path)
    }
    try #require(unsafe write(descriptor, file, file.count) == file.count)
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return SymbolTable.symbol(at: 4096, inImage: name, loadedAt: 0)?.name
  }
}
