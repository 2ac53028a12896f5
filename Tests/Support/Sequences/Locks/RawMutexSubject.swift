import FastLock

/// ``RawMutex``es, as many as outgrow the list of those that a thread holds, in any order.
final class RawMutexSubject: Subject {
  indirect enum Operation: Sendable {
    case lock(Int, Wait)
    case unlock(Int)
    case withLock(Int, Ending, [Operation])
    case assertOwned(Int)
  }

  enum Situation: CaseIterable {
    case locked, refused, unlocked, scoped, threw, assertedOwned
    /// A body of `withLock` unlocked the mutex and locked it again.
    case relocked
  }

  /// A mutex and whether the model holds it.
  private final class Entry {
    let mutex = RawMutex()
    var isHeld = false
  }

  static let name = "raw-mutex"
  static let sequences = 500
  let tally = Tally<Situation>()
  private let entries = (0..<20).map { _ in Entry() }

  init() {}

  static func draw(from choices: inout Choices) -> Operation { draw(from: &choices, depth: 0) }

  private static func draw(from choices: inout Choices, depth: Int) -> Operation {
    // Often the same few, now and then any.
    let index = choices.below(choices.oneIn(2) ? 3 : 20)
    switch choices.below(8) {
    case 0...3: return .lock(index, .draw(from: &choices))
    case 4, 5: return .unlock(index)
    case 6 where depth < deepestNesting:
      let ending = Ending.draw(from: &choices)
      return .withLock(index, ending, choices.list(atMost: 6) { draw(from: &$0, depth: depth + 1) })
    default: return .assertOwned(index)
    }
  }

  static func simpler(than operation: Operation) -> [Operation] {
    guard case .withLock(let index, let ending, let body) = operation else { return [] }
    return body + simplerLists(body).map { .withLock(index, ending, $0) }
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .lock(let index, let wait): try lock(entries[index], wait)
    case .unlock(let index): unlock(entries[index])
    case .withLock(let index, let ending, let body): try withLock(entries[index], ending, body)
    case .assertOwned(let index):
      guard entries[index].isHeld else { return }
      tally.count(.assertedOwned)
      entries[index].mutex.assertOwned()
    }
    try compare()
  }

  private func compare() throws {
    for entry in entries { try expect(entry.mutex.isLocked, is: entry.isHeld, "isLocked") }
  }

  private func lock(_ entry: Entry, _ wait: Wait) throws {
    guard wait.isShort || !entry.isHeld else { return }
    tally.count(entry.isHeld ? .refused : .locked)
    let taken = try wait.timing { limit in
      switch limit {
      case .forever:
        entry.mutex.lock()
        return true
      case .none: return entry.mutex.lockIfAvailable()
      case .within(let duration): return entry.mutex.lockIfAvailable(within: duration)
      case .until(let instant): return entry.mutex.lockIfAvailable(until: instant)
      }
    }
    try expect(taken, is: !entry.isHeld, "whether the mutex was locked")
    entry.isHeld = true
  }

  private func unlock(_ entry: Entry) {
    guard entry.isHeld else { return }
    tally.count(.unlocked)
    entry.mutex.unlock()
    entry.isHeld = false
  }

  private func withLock(_ entry: Entry, _ ending: Ending, _ body: [Operation]) throws {
    guard !entry.isHeld else { return }
    tally.count(ending == .throwing ? .threw : .scoped)
    try ending.check {
      try entry.mutex.withLock {
        entry.isHeld = true
        // What withLock unlocks must be locked.
        defer { if !entry.mutex.isLocked { entry.mutex.lock() } }
        try compare()
        for operation in body { try perform(operation) }
        if !entry.isHeld { tally.count(.relocked) }
        return try ending.end()
      }
    }
    entry.isHeld = false
  }

  func finish() throws {
    entries.forEach(unlock)
    try compare()
  }
}
