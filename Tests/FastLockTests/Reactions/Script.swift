import FastLock
import Testing

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
    case load, pause, interruptCount, onInterrupt, barrier
    case store(UInt32)
    case exchange(UInt32)
    case compareExchange(UInt32, UInt32, CompareExchangeOrder)
    case loadByte(LockByte)
    case storeByte(UInt8, LockByte)
    case exchangeByte(UInt8, LockByte)
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
  /// How many the next wake-ups find, before ``sleeperCount`` holds.
  var nextSleeperCounts: ArraySlice<Int32> = []
  var refusesBarriers = false
  var mayPoll = true
  /// How often the machine was asked that.
  private(set) var mayPollQuestions = 0
  let budget: SpinBudget
  /// What the next timed looks take; further ones take nothing.
  var ticks: ArraySlice<UInt32> = []
  private(set) var steps: [Step] = []
  private var returns: ArraySlice<Return>
  private var interferences: [(after: Step, occurrencesLeft: Int, word: UInt32)] = []

  init(word: UInt32, budget: SpinBudget = .none, returns: [Return] = []) {
    self.word = word
    self.budget = budget
    self.returns = returns[...]
  }

  /// Lets others make `word` of the word once, right after `step` has occurred so often since they last did.
  func interfere(after step: Step, occurrence: Int = 1, making word: UInt32) {
    interferences.append((step, occurrence, word))
  }

  func perform<R>(_ step: Step, _ body: () -> R) -> R {
    steps.append(step)
    let result = body()
    guard let next = interferences.first, next.after == step else { return result }
    interferences[0].occurrencesLeft -= 1
    if interferences[0].occurrencesLeft == 0 {
      interferences.removeFirst()
      word = next.word
    }
    return result
  }

  subscript(byte: LockByte) -> UInt8 {
    get { UInt8(truncatingIfNeeded: word >> (8 * byte.rawValue)) }
    set { word = word & ~(0xff << (8 * byte.rawValue)) | UInt32(newValue) << (8 * byte.rawValue) }
  }

  func askWhetherPollingHelps() -> Bool {
    mayPollQuestions += 1
    return mayPoll
  }

  func nextSleeperCount() -> Int32 { nextSleeperCounts.popFirst() ?? sleeperCount }

  func nextTicks() -> UInt32 { ticks.popFirst() ?? 0 }

  func nextOutcome() -> WaitOutcome {
    guard let next = returns.popFirst() else {
      Issue.record("a wait that the script does not know: \(steps)")
      // Ends the wait.
      word = 0
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

  /// The wake-ups among the steps.
  var wakes: [Step] {
    steps.filter { if case .wake = $0 { true } else { false } }
  }

  /// The changes of the word among the steps, failed ones too.
  var changes: [Step] {
    steps.filter {
      switch $0 {
      case .store, .exchange, .compareExchange, .storeByte, .exchangeByte: true
      default: false
      }
    }
  }

  /// Runs `body` on this machine, which must then have been asked for every wait of the script.
  func run<R>(_ body: (Script) throws -> R) rethrows -> R {
    defer {
      #expect(returns.isEmpty, "the waits left over were never made")
      #expect(interferences.isEmpty, "the step after which others interfere was never made")
    }
    return try ScriptedMachine.$current.withValue(self) { try body(self) }
  }
}
