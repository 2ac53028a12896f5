import FastLock

/// The text that tells of an error that nobody caught.
enum UncaughtErrorReport {
  // The parts are bounded so that the whole fits into one atomic write: at most 16 frames of 160 bytes, 1024 bytes
  // of error and 256 of place leave room for the rest.
  private static let longestFrame = 160
  private static let mostFrames = 16
  private static let longestError = 1024
  private static let longestPlace = 256

  static func text(
    for uncaught: UncaughtError, startedBy start: CallStack, thrownBy thrown: CallStack?
  ) -> String {
    let error = cut("\(type(of: uncaught.error)): \(uncaught.error)", to: longestError)
    var text = "\(title(of: uncaught))\n\(error)\n"
    let frames = thrown == nil ? mostFrames : mostFrames / 2
    if let thrown {
      text += list(thrown, titled: "Stack of the throw:", atMost: frames)
    } else if ThrowTrace.isOn {
      text += "The stack of the throw is unknown: the runtime tells of untyped throws only.\n"
    }
    text += list(start, titled: "Stack that started the thread:", atMost: frames)
    return text
  }

  /// What can be told on a stack of any size: neither the error's type is named, nor are functions.
  static func briefText(for uncaught: UncaughtError) -> String {
    """
    \(title(of: uncaught))
    The stack is too small to describe the error, and there is no memory for a larger one.

    """
  }

  private static func title(of uncaught: UncaughtError) -> String {
    let name = uncaught.threadName.isEmpty ? "" : " \"\(uncaught.threadName)\""
    let place = cut(uncaught.startedAt, to: longestPlace)
    return "Uncaught error in thread \(uncaught.thread)\(name), started at \(place)"
  }

  private static func list(_ stack: CallStack, titled title: String, atMost limit: Int) -> String {
    // How this library and the runtime called themselves tells a reader nothing.
    let symbols = stack.addresses.map(SymbolName.init(ofCallReturningTo:))
      .drop { isOwn($0) || $0.mangled == "swift_willThrow" }
      .prefix { !isOwn($0) }
    guard !symbols.isEmpty else { return "" }
    let lines = symbols.prefix(limit).map { "  \(cut($0.description, to: longestFrame - 6))" }
    return ([title] + lines + (symbols.count > limit ? ["  ..."] : [])).joined(separator: "\n") + "\n"
  }

  private static func isOwn(_ symbol: SymbolName) -> Bool {
    guard let mangled = symbol.mangled, mangled.hasPrefix("$s7Threads") else { return false }
    // A member that another module adds to a type has the type's prefix.
    return !symbol.description.contains("(extension in ")
      || symbol.description.contains("(extension in Threads)")
  }

  private static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: limit)
    while end.samePosition(in: text.unicodeScalars) == nil { text.utf8.formIndex(before: &end) }
    return text[..<end] + "..."
  }
}
