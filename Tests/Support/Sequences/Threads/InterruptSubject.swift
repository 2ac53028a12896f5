import FastLock
import TestSupport
import Threads

/// Interrupts of the main thread, in which the sequences have to run.
final class InterruptSubject: Subject {
  enum Operation: Sendable {
    case interrupt(CInt)
    case check
    case checkElsewhere
    /// An interruptible wait for a free lock, or for one that stays taken.
    case acquire(free: Bool, timeout: Duration?)
    case ask(Ending)
    case forgetAll
  }

  enum Situation: CaseIterable {
    case posted, coalesced, invalid, took, foundNothing, sawNothingElsewhere
    case acquired, endedWait, timedOut, asked, forgotten
  }

  static let name = "interrupts"
  static let sequences = 800
  let tally = Tally<Situation>()
  private var pending: Set<CInt> = []
  private let free = Lock()
  private let taken = Lock()

  init() throws {
    taken.acquire()
    while MainThreadInterrupts.take() != nil {}
    try expect(Hardware.isMainThread, "the sequences run in the main thread")
  }

  static func draw(from choices: inout Choices) -> Operation {
    switch choices.below(16) {
    case 0...4: return .interrupt(drawSignal(from: &choices))
    case 5...9: return .check
    case 10: return choices.oneIn(4) ? .checkElsewhere : .check
    case 11: return .ask(.draw(from: &choices))
    case 12: return choices.oneIn(4) ? .forgetAll : .check
    default:
      let timeout = choices.oneIn(4) ? nil : choices.duration()
      return .acquire(free: choices.oneIn(3), timeout: timeout)
    }
  }

  private static func drawSignal(from choices: inout Choices) -> CInt {
    switch choices.below(4) {
    case 0: choices.pick([.min, -1, 0, 65, .max])
    case 1: choices.pick([1, 2, 63, 64])
    default: CInt(1 + choices.below(64))
    }
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .interrupt(let signal): try interrupt(signal)
    case .check: try check()
    case .checkElsewhere:
      tally.count(.sawNothingElsewhere)
      let seen = try TestThread { Self.interruptSeen(by: checkInterrupt) }.join()
      try expect(seen, is: nil, "what another thread sees")
    case .acquire(let isFree, let timeout): try acquire(isFree: isFree, timeout)
    case .ask(let ending): try ask(ending)
    case .forgetAll:
      tally.count(.forgotten)
      while MainThreadInterrupts.take() != nil {}
      pending = []
    }
    try expect(MainThreadInterrupts.isPending, is: !pending.isEmpty, "whether an interrupt is pending")
  }

  private static func interruptSeen(by body: () throws(KeyboardInterrupt) -> Void) -> CInt? {
    do throws(KeyboardInterrupt) {
      try body()
      return nil
    } catch {
      return error.signal
    }
  }

  private func interrupt(_ signal: CInt) throws {
    let isValid = (1...64).contains(signal)
    tally.count(!isValid ? .invalid : pending.contains(signal) ? .coalesced : .posted)
    var failure: ThreadError?
    do throws(ThreadError) { try interruptMain(signal) } catch { failure = error }
    try expect(failure, is: isValid ? nil : .invalidSignal, "what interruptMain throws")
    if isValid { pending.insert(signal) }
  }

  private func check() throws {
    let lowest = pending.min()
    tally.count(lowest == nil ? .foundNothing : .took)
    try expect(Self.interruptSeen(by: checkInterrupt), is: lowest, "the interrupt thrown")
    if let lowest { pending.remove(lowest) }
  }

  private func acquire(isFree: Bool, _ timeout: Duration?) throws {
    let wait = timeout.map(Wait.within) ?? .forever
    // A single try does not wait, and so does not ask.
    let interrupt = isFree || timeout.map { $0 <= .zero } ?? false ? nil : pending.min()
    guard isFree || interrupt != nil || wait.isShort else { return }
    tally.count(isFree ? .acquired : interrupt != nil ? .endedWait : .timedOut)
    let lock = isFree ? free : taken
    do {
      let acquired = try wait.timing { _ in try lock.acquireInterruptibly(timeout: timeout) }
      try expect(acquired, is: isFree, "whether the lock was acquired")
      try expect(interrupt == nil, "a pending interrupt ends the wait")
    } catch let error as KeyboardInterrupt {
      try expect(error.signal, is: interrupt, "the interrupt that ended the wait")
      pending.remove(error.signal)
    }
    if isFree { try free.release() }
    try expect(taken.isLocked && !free.isLocked, "an ended wait leaves the lock alone")
  }

  /// The general form leaves it to its closure to take interrupts.
  private func ask(_ ending: Ending) throws {
    tally.count(.asked)
    var calls = 0
    do {
      let acquired = try taken.acquireInterruptibly(timeout: .nanoseconds(1)) { () throws(Thrown) in
        calls += 1
        if ending == .throwing { throw Thrown(number: calls) }
      }
      try expect(!acquired && ending == .returning, "the lock stays taken")
    } catch let thrown as Thrown {
      try expect(thrown, is: Thrown(number: 1), "what the closure threw")
    }
    try expect(calls >= 1, "the closure ran before the sleep")
  }

  func finish() throws {
    while !pending.isEmpty { try check() }
    try check()
    try taken.release()
  }

  func abandon() {
    while MainThreadInterrupts.take() != nil {}
  }
}
