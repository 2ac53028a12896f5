import FastLock

/// ``Lock``s: acquired in every way, released, also once too often, made unlocked and freed, whatever their state.
final class LockSubject: Subject {
  indirect enum Operation: Sendable {
    case acquire(Int, Way)
    /// The general interruptible wait, for a duration or for ever, with a closure that returns or throws.
    case acquireInterruptibly(Int, timeout: Duration?, Ending)
    case release(Int)
    case withLock(Int, Ending, [Operation])
    case reinitialize(Int)
    /// Drops the only reference and makes a new lock.
    case replace(Int)
  }

  enum Way: Sendable {
    case plain
    case blocking(Bool)
    case timeout(Duration)

    var wait: Wait {
      switch self {
      case .plain, .blocking(true): .forever
      case .blocking(false): .none
      case .timeout(let duration): .within(duration)
      }
    }
  }

  enum Situation: CaseIterable {
    case acquired, refused, acquiredInterruptibly, refusedInterruptibly, interrupted
    case released, notLocked, scoped, threw, reinitialized, replaced, freedWhileHeld
    /// A body of `withLock` released the lock and acquired it again.
    case reacquired
  }

  /// A lock, whether the model holds it, and in how many calls of `withLock` it is.
  private final class Entry {
    let lock = Lock()
    var isHeld = false
    var scopes = 0
  }

  static let name = "lock"
  static let sequences = 500
  let tally = Tally<Situation>()
  private var entries = (0..<3).map { _ in Entry() }

  init() {}

  static func draw(from choices: inout Choices) -> Operation { draw(from: &choices, depth: 0) }

  private static func draw(from choices: inout Choices, depth: Int) -> Operation {
    let index = choices.below(3)
    switch choices.below(16) {
    case 0: return .acquire(index, .plain)
    case 1: return .acquire(index, .blocking(choices.oneIn(2)))
    case 2, 3: return .acquire(index, .timeout(choices.duration()))
    case 4, 5:
      let timeout = choices.oneIn(4) ? nil : choices.duration()
      return .acquireInterruptibly(index, timeout: timeout, .draw(from: &choices))
    case 6 where depth < deepestNesting, 7 where depth < deepestNesting:
      let ending = Ending.draw(from: &choices)
      return .withLock(index, ending, choices.list(atMost: 6) { draw(from: &$0, depth: depth + 1) })
    case 8: return .reinitialize(index)
    case 9: return .replace(index)
    default: return .release(index)
    }
  }

  static func simpler(than operation: Operation) -> [Operation] {
    guard case .withLock(let index, let ending, let body) = operation else { return [] }
    return body + simplerLists(body).map { .withLock(index, ending, $0) }
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .acquire(let index, let way): try acquire(entries[index], way)
    case .acquireInterruptibly(let index, let timeout, let ending):
      try acquireInterruptibly(entries[index], timeout, ending)
    case .release(let index): try release(entries[index])
    case .withLock(let index, let ending, let body): try withLock(entries[index], ending, body)
    case .reinitialize(let index):
      tally.count(.reinitialized)
      entries[index].lock.reinitializeAfterFork()
      entries[index].isHeld = false
    case .replace(let index): try replace(index)
    }
    try finish()
  }

  /// A lock may be freed in any state.
  func finish() throws {
    for entry in entries { try expect(entry.lock.isLocked, is: entry.isHeld, "isLocked") }
  }

  private func acquire(_ entry: Entry, _ way: Way) throws {
    guard way.wait.isShort || !entry.isHeld else { return }
    tally.count(entry.isHeld ? .refused : .acquired)
    let taken = try way.wait.timing { _ in
      switch way {
      case .plain:
        entry.lock.acquire()
        return true
      case .blocking(let blocking): return entry.lock.acquire(blocking: blocking)
      case .timeout(let duration): return entry.lock.acquire(timeout: duration)
      }
    }
    try expect(taken, is: !entry.isHeld, "whether the lock was acquired")
    entry.isHeld = true
  }

  private func acquireInterruptibly(_ entry: Entry, _ timeout: Duration?, _ ending: Ending) throws {
    let wait = timeout.map(Wait.within) ?? .forever
    let waits = entry.isHeld && timeout.map { $0 > .zero } ?? true
    let throwsOut = waits && ending == .throwing
    guard wait.isShort || !entry.isHeld || throwsOut else { return }
    tally.count(
      !entry.isHeld ? .acquiredInterruptibly : throwsOut ? .interrupted : .refusedInterruptibly)
    var calls = 0
    do {
      let taken = try wait.timing { _ in
        try entry.lock.acquireInterruptibly(timeout: timeout) { () throws(Thrown) in
          calls += 1
          if ending == .throwing { throw Thrown(number: calls) }
        }
      }
      try expect(taken, is: !entry.isHeld, "whether the lock was acquired")
      try expect(!throwsOut, "what the closure throws is thrown")
      entry.isHeld = true
    } catch let thrown as Thrown {
      try expect(throwsOut && thrown.number == 1, "the first call of the closure ended a wait")
    }
    // A debugger or profiler may interrupt the sleep.
    try expect(waits ? calls >= 1 : calls == 0, "the closure runs in a wait and else never")
  }

  private func release(_ entry: Entry) throws {
    tally.count(entry.isHeld ? .released : .notLocked)
    var failure: LockError?
    do throws(LockError) { try entry.lock.release() } catch { failure = error }
    try expect(failure, is: entry.isHeld ? nil : .notLocked, "what release throws")
    entry.isHeld = false
  }

  private func withLock(_ entry: Entry, _ ending: Ending, _ body: [Operation]) throws {
    guard !entry.isHeld else { return }
    tally.count(ending == .throwing ? .threw : .scoped)
    entry.scopes += 1
    defer { entry.scopes -= 1 }
    try ending.check {
      try entry.lock.withLock {
        entry.isHeld = true
        // What withLock releases must be locked.
        defer { if !entry.lock.isLocked { entry.lock.acquire() } }
        try finish()
        for operation in body { try perform(operation) }
        if !entry.isHeld { tally.count(.reacquired) }
        return try ending.end()
      }
    }
    entry.isHeld = false
  }

  private func replace(_ index: Int) throws {
    let isInScope = entries[index].scopes > 0
    tally.count(entries[index].isHeld && !isInScope ? .freedWhileHeld : .replaced)
    weak let former = entries[index].lock
    entries[index] = Entry()
    try expect(isInScope || former == nil, "a lock is freed with its last reference")
  }
}
