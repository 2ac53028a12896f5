import FastLock
import Testing

/// One thread's machine whose waits come back as a test says, and which records what was asked of it.
enum ScriptedMachine: Machine {
  typealias Word = Script

  @TaskLocal static var current = Script(word: 0)

  static func load(_ word: Script, _ order: LoadOrder, at site: StaticString) -> UInt32 {
    word.record(.load)
    return word.word
  }

  static func store(_ value: UInt32, to word: Script, _ order: StoreOrder, at site: StaticString) {
    word.record(.store(value))
    word.word = value
  }

  static func exchange(
    _ word: Script, with value: UInt32, _ order: ExchangeOrder, at site: StaticString
  ) -> UInt32 {
    word.record(.exchange(value, order))
    defer { word.word = value }
    return word.word
  }

  static func compareExchange(
    _ word: Script, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool {
    word.record(.compareExchange(expected, desired, order))
    guard word.word == expected else { return false }
    word.word = desired
    return true
  }

  static func wait(
    _ word: Script, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome {
    word.record(.wait(expected, sleepers, deadline))
    return word.nextOutcome()
  }

  static func waitInterruptibly(
    _ word: Script, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    seen: inout InterruptCount, at site: StaticString
  ) -> WaitOutcome {
    word.record(.interruptibleWait(expected, sleepers, deadline, seen: seen))
    return word.nextOutcome()
  }

  static func wake(_ word: Script, count: Int32, among sleepers: Sleepers, at site: StaticString) -> Int32 {
    word.record(.wake(count, sleepers))
    return word.sleeperCount
  }

  static func interruptCount() -> InterruptCount {
    current.record(.interruptCount)
    return current.interruptCount
  }

  static func now() -> Deadline { Deadline(nanoseconds: current.now) }

  static func pause() { current.record(.pause) }

  static func draw(below bound: UInt32) -> UInt32 { bound / 2 }

  static func spinBudget() -> SpinBudget { current.budget }

  static var forkGeneration: UInt32 { current.forkGeneration }
}

/// What a ``ScriptedMachine`` does and what was done to it.
final class Script: @unchecked Sendable {
  /// How a wait comes back, and what others have made of the word by then.
  struct Return {
    let outcome: WaitOutcome
    let word: UInt32?
    /// What the clock shows then.
    let now: UInt64?

    init(_ outcome: WaitOutcome, word: UInt32? = nil, now: UInt64? = nil) {
      self.outcome = outcome
      self.word = word
      self.now = now
    }
  }

  enum Step: Equatable {
    case load, pause, interruptCount, onInterrupt
    case store(UInt32)
    case exchange(UInt32, ExchangeOrder)
    case compareExchange(UInt32, UInt32, CompareExchangeOrder)
    case wait(UInt32, Sleepers, Deadline)
    case interruptibleWait(UInt32, Sleepers, Deadline, seen: InterruptCount)
    case wake(Int32, Sleepers)
  }

  var word: UInt32
  var interruptCount: InterruptCount = 0
  /// The clock, in nanoseconds.
  var now: UInt64 = 1_000
  var forkGeneration: UInt32 = 0
  /// How many a wake-up finds.
  var sleeperCount: Int32 = 0
  let budget: SpinBudget
  private(set) var steps: [Step] = []
  private var returns: ArraySlice<Return>

  init(word: UInt32, budget: SpinBudget = SpinBudget(pauses: 0, longestGap: 1), returns: [Return] = []) {
    self.word = word
    self.budget = budget
    self.returns = returns[...]
  }

  func record(_ step: Step) { steps.append(step) }

  func nextOutcome() -> WaitOutcome {
    guard let next = returns.popFirst() else {
      Issue.record("a wait that the script does not know: \(steps)")
      return .timedOut
    }
    if let word = next.word { self.word = word }
    if let now = next.now { self.now = now }
    return next.outcome
  }

  /// The waits among the steps.
  var waits: [Step] {
    steps.filter {
      switch $0 {
      case .wait, .interruptibleWait: true
      default: false
      }
    }
  }

  /// Runs `body` on this machine, which must then have been asked for every wait of the script.
  func run<R>(_ body: (Script) throws -> R) rethrows -> R {
    defer { #expect(returns.isEmpty, "the waits left over were never made") }
    return try ScriptedMachine.$current.withValue(self) { try body(self) }
  }
}
