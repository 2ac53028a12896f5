import FastLock
import Threads

/// How names are cut to what the kernel keeps.
final class ThreadNameSubject: Subject {
  enum Operation: Sendable {
    /// Names the calling thread.
    case set([Unicode.Scalar])
    /// Starts a thread of that name.
    case start([Unicode.Scalar])
  }

  enum Situation: CaseIterable {
    case whole, cutBetweenCharacters, cutWithinCharacter, endedByZero, inNewThread
  }

  static let name = "thread-names"
  static let sequences = 200
  let tally = Tally<Situation>()
  private let original = threadName()

  init() {}

  static func draw(from choices: inout Choices) -> Operation {
    let isForNewThread = choices.oneIn(100)
    let scalars = choices.list(atMost: 24, drawScalar)
    return isForNewThread ? .start(scalars) : .set(scalars)
  }

  /// Many that join others to one character.
  private static func drawScalar(from choices: inout Choices) -> Unicode.Scalar {
    switch choices.below(8) {
    case 0, 1, 2: Unicode.Scalar(UInt8(32 + choices.below(95)))
    case 3: choices.pick(["\r", "\n", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{20E3}", "\u{1F3FD}"])
    case 4: choices.pick(["👩", "🏳", "🇩", "🇪", "ᄀ", "ᅡ", "ᆨ", "각", "क", "्", "é", "\u{10FFFF}"])
    case 5: choices.oneIn(8) ? "\0" : "\u{308}"
    default: Unicode.Scalar(UInt32(choices.word() % 0x11_0000)) ?? "\u{FFFD}"
    }
  }

  static func simpler(than operation: Operation) -> [Operation] {
    switch operation {
    case .set(let name): simplerLists(name).map { .set($0) }
    case .start(let name): [.set(name)]
    }
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .set(let scalars):
      let name = text(scalars)
      let kept = expectedCut(of: name)
      let shown = text(kept.prefix { $0 != "\0" })
      tally.count(situation(of: name, kept, shown))
      let cut = ThreadName.cut(name)
      try expect(Array(cut.unicodeScalars), is: kept, "the cut name")
      setThreadName(name)
      try expect(Array(threadName().utf8), is: Array(shown.utf8), "the kernel's name")
    case .start(let scalars):
      tally.count(.inNewThread)
      let name = text(scalars)
      let shown = text(expectedCut(of: name).prefix { $0 != "\0" })
      let thread = JoinableThread(name: name) { threadName() }
      try thread.start()
      try expect(Array(thread.join().utf8), is: Array(shown.utf8), "the new thread's name")
    }
  }

  /// The longest beginning of at most 15 bytes that ends between two characters, or if that is empty between two
  /// scalars. Found by trying every end.
  private func expectedCut(of name: String) -> [Unicode.Scalar] {
    let ends = name.unicodeScalars.indices + [name.endIndex]
    let fitting = ends.filter { name.utf8.distance(from: name.startIndex, to: $0) <= 15 }
    let end = fitting.last { $0.samePosition(in: name) != nil && $0 > name.startIndex } ?? fitting.last
    return Array(name.unicodeScalars[..<(end ?? name.startIndex)])
  }

  private func situation(of name: String, _ kept: [Unicode.Scalar], _ shown: String) -> Situation {
    if shown.unicodeScalars.count < kept.count { return .endedByZero }
    if kept.count == name.unicodeScalars.count { return .whole }
    let end = name.unicodeScalars.index(name.startIndex, offsetBy: kept.count)
    return end.samePosition(in: name) == nil ? .cutWithinCharacter : .cutBetweenCharacters
  }

  func finish() throws {
    setThreadName(original)
    try expect(threadName(), is: original, "the restored name")
  }

  func abandon() {
    setThreadName(original)
  }
}

private func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var view = String.UnicodeScalarView()
  view.append(contentsOf: scalars)
  return String(view)
}
