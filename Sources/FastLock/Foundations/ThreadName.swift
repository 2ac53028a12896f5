import CFutex

/// The kernel's name of the calling thread; prctl(2).
package enum ThreadName {
  /// In bytes of UTF-8: what the kernel keeps, less the terminating zero.
  package static let longest = Int(CFUTEX_NAME_SIZE) - 1

  /// Cuts `name` to what the kernel keeps, on a boundary of characters, or of Unicode scalars where the first
  /// character alone is too long.
  package static func set(_ name: String) {
    unsafe cut(name).withCString { unsafe cfutex_set_thread_name($0) }
  }

  package static func get() -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CFUTEX_NAME_SIZE)) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      unsafe cfutex_get_thread_name(start)
      return unsafe String(cString: start)
    }
  }

  package static func cut(_ name: String) -> String {
    guard name.utf8.count > longest else { return name }
    var characters = ""
    for character in name {
      guard characters.utf8.count + character.utf8.count <= longest else { break }
      characters.append(character)
    }
    guard characters.isEmpty else { return characters }
    var scalars = String.UnicodeScalarView()
    var size = 0
    for scalar in name.unicodeScalars {
      size += UTF8.width(scalar)
      guard size <= longest else { break }
      scalars.append(scalar)
    }
    return String(scalars)
  }
}
