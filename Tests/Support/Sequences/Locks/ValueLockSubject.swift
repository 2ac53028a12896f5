/// Locks that own a value, each entered from the bodies of the others.
final class ValueLockSubject<Lock: ValueLock>: Subject {
  indirect enum Operation: Sendable {
    /// Adds to the value, performs operations and then returns or throws.
    case withLock(Int, Wait, adding: Int, Ending, [Operation])
    /// Destroys the lock and makes one with another value.
    case replace(Int, Int)
    case passThrough(Int)
  }

  enum Situation: CaseIterable {
    case scoped, threw, refused, nested, replaced, passedThrough
  }

  private final class Entry {
    let lock: Lock
    var number: Int
    var isHeld = false

    init(_ number: Int, in census: Census) {
      lock = Lock(Token(number, in: census))
      self.number = number
    }
  }

  static var name: String { Lock.name }
  static var sequences: Int { 150 }
  let tally = Tally<Situation>()
  private let census = Census()
  private var entries: [Entry]

  init() {
    let census = census
    entries = (0..<3).map { Entry($0, in: census) }
  }

  static func draw(from choices: inout Choices) -> Operation { draw(from: &choices, depth: 0) }

  private static func draw(from choices: inout Choices, depth: Int) -> Operation {
    let index = choices.below(3)
    switch choices.below(8) {
    case 0: return .replace(index, choices.below(100))
    case 1: return .passThrough(choices.below(100))
    default:
      let wait = Wait.draw(from: &choices)
      let body =
        depth < deepestNesting ? choices.list(atMost: 4) { draw(from: &$0, depth: depth + 1) } : []
      return .withLock(index, wait, adding: choices.below(100), .draw(from: &choices), body)
    }
  }

  static func simpler(than operation: Operation) -> [Operation] {
    guard case .withLock(let index, let wait, let addend, let ending, let body) = operation else {
      return []
    }
    return body + simplerLists(body).map { .withLock(index, wait, adding: addend, ending, $0) }
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .withLock(let index, let wait, let addend, let ending, let body):
      let entry = entries[index]
      if entry.isHeld {
        try refuse(entry, wait)
      } else {
        try withLock(entry, wait, adding: addend, ending, body)
      }
    case .replace(let index, let number):
      guard !entries[index].isHeld else { return }
      tally.count(.replaced)
      entries[index] = Entry(number, in: census)
    case .passThrough(let number):
      tally.count(.passedThrough)
      try expect(Lock.passThrough(Token(number, in: census)).number, is: number, "the value")
    }
    try compare()
  }

  /// Every lock is free with its value, or taken; no value is left over or gone.
  private func compare() throws {
    for entry in entries {
      let number = try entry.lock.withLock(.none) { $0.number }
      try expect(number, is: entry.isHeld ? nil : entry.number, "the value of a try")
    }
    try expect(census.living, is: entries.count, "the count of values")
  }

  private func refuse(_ entry: Entry, _ wait: Wait) throws {
    guard wait.isShort else { return }
    tally.count(.refused)
    let taken = try wait.timing { limit in try entry.lock.withLock(limit) { _ in 0 } != nil }
    try expect(!taken, "a lock that is taken is not available")
  }

  private func withLock(
    _ entry: Entry, _ wait: Wait, adding addend: Int, _ ending: Ending, _ body: [Operation]
  ) throws {
    tally.count(ending == .throwing ? .threw : body.isEmpty ? .scoped : .nested)
    try ending.check {
      var result: Int?
      _ = try wait.timing { limit in
        result = try entry.lock.withLock(limit) { token in
          try expect(token.number, is: entry.number, "the value in the body")
          entry.isHeld = true
          defer { entry.isHeld = false }
          try compare()
          entry.number += addend
          token = Token(entry.number, in: census)
          for operation in body { try perform(operation) }
          try expect(token.number, is: entry.number, "the value after the operations in the body")
          return try ending.end()
        }
        return result != nil
      }
      guard let result else { throw Disagreement(description: "a free lock is not available") }
      return result
    }
  }

  func finish() throws {
    try compare()
    entries = []
    try expect(census.living, is: 0, "the count of values that outlive their locks")
  }
}
