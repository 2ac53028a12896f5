import Foundation

enum StandardError {
  /// What cannot be written is lost: there is nowhere to say so.
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
