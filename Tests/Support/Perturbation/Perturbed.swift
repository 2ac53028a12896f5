import CPerturbation
import Explorer
package import FastLock

/// The hardware, on which real threads run the algorithms of the library, unchanged, at moments that chance chooses.
///
/// All that it injects is what a scheduler, futex(2) or membarrier(2) may do.
package enum Perturbed: @unsafe Machine {
  package typealias Word = Hardware.Word

  package static func load(_ word: Word, _ order: LoadOrder, at site: StaticString) -> UInt32 {
    operate(at: site) { _, mutation in
      unsafe Hardware.load(word, mutation == .relaxed ? .relaxed : order, at: site)
    }
  }

  /// No look takes longer than another.
  package static func timedLoad(_ word: Word, at site: StaticString) -> (value: UInt32, ticks: UInt32) {
    unsafe (load(word, .relaxed, at: site), 0)
  }

  package static func store(_ value: UInt32, to word: Word, _ order: StoreOrder, at site: StaticString) {
    operate(at: site) { _, mutation in
      if mutation == .relaxed {
        unsafe cperturbation_store_relaxed(word, value)
      } else {
        unsafe Hardware.store(value, to: word, order, at: site)
      }
    }
  }

  package static func exchange(_ word: Word, with value: UInt32, at site: StaticString) -> UInt32 {
    operate(at: site) { thread, mutation in
      switch mutation {
      case .relaxed: return unsafe cperturbation_exchange_relaxed(word, value)
      case .torn:
        let old = unsafe Hardware.load(word, .relaxed, at: site)
        thread.comeLate(.nap, onceIn: 2)
        unsafe Hardware.store(value, to: word, .releasing, at: site)
        return old
      default: return unsafe Hardware.exchange(word, with: value, at: site)
      }
    }
  }

  package static func compareExchange(
    _ word: Word, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool {
    operate(at: site) { thread, mutation in
      var order = order
      var desired = desired
      switch mutation {
      case .dropped: return false
      case .skipped: return true
      case .relaxed: order = .relaxed
      case .clears(let bits): desired &= ~bits
      case .torn:
        guard unsafe Hardware.load(word, .acquiring, at: site) == expected else { return false }
        thread.comeLate(.nap, onceIn: 2)
        unsafe Hardware.store(desired, to: word, .releasing, at: site)
        return true
      default: break
      }
      return unsafe Hardware.compareExchange(word, expected: expected, desired: desired, order, at: site)
    }
  }

  package static func wait(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome {
    let (sleepers, deadline) = joining(sleepers, until: deadline, at: site)
    return unsafe sleep(word, while: expected, until: deadline, at: site) { expected, deadline in
      unsafe Hardware.wait(word, while: expected, among: sleepers, until: deadline, at: site)
    }
  }

  package static func waitInterruptibly(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    watching interrupts: inout InterruptWatch, at site: StaticString
  ) -> WaitOutcome {
    let (sleepers, deadline) = joining(sleepers, until: deadline, at: site)
    return unsafe sleep(word, while: expected, until: deadline, at: site) { expected, deadline in
      unsafe Hardware.waitInterruptibly(
        word, while: expected, among: sleepers, until: deadline, watching: &interrupts, at: site)
    }
  }

  /// Among whom a thread that is to sleep among `sleepers` does, and until when.
  private static func joining(
    _ sleepers: Sleepers, until deadline: Deadline, at site: StaticString
  ) -> (Sleepers, Deadline) {
    guard case .starving = sleepers, PerturbedThread.current.mutation(at: site) == .joinsOrdinary else {
      return (sleepers, deadline)
    }
    return (.ordinary, .never)
  }

  package static func wake(_ word: Word, count: Int32, among sleepers: Sleepers, at site: StaticString)
    -> Int32
  {
    operate(at: site) { thread, mutation in
      thread.comeLate(.lateWake)
      thread.tally.wakes += 1
      var count = count
      var sleepers = sleepers
      switch mutation {
      case .dropped: return 0
      case .wakes(let fewer): count = fewer
      case .wakesOthers: sleepers = sleepers == .ordinary ? .heads : .ordinary
      case .touches: _ = unsafe Hardware.load(word, .relaxed, at: site)
      default: break
      }
      return unsafe Hardware.wake(word, count: count, among: sleepers, at: site)
    }
  }

  /// Nobody forks here. The count of forks is a global: see ``PerturbedThread``.
  package static var forkGeneration: UInt32 { 0 }

  package static var highestRank: UInt32 { Hardware.highestRank }

  /// Few, so that calls are forgotten again and again.
  package static var unlocksOfShortSections: UInt32 { 2 }

  package static func interruptCount() -> InterruptCount { Hardware.interruptCount() }

  package static func now() -> Deadline { PerturbedThread.current.clock.now() }

  package static func pause() {
    PerturbedThread.current.disturb()
    Hardware.pause()
  }

  package static func draw(below bound: UInt32) -> UInt32 { Hardware.draw(below: bound) }

  package static func mayPoll() -> Bool { PerturbedThread.current.draw(below: 2) == 0 }

  /// Half of the time none at all.
  package static func spinBudget() -> SpinBudget {
    let pauses = PerturbedThread.current.draw(below: 32)
    return SpinBudget(pauses: pauses < 16 ? 0 : UInt32(pauses))
  }

  static func operate<Value>(
    at site: StaticString, _ operation: (PerturbedThread, Mutation.Kind?) -> Value
  ) -> Value {
    let thread = PerturbedThread.current
    thread.willOperate()
    thread.disturb()
    defer { thread.disturb() }
    return operation(thread, thread.mutation(at: site))
  }

  private static func sleep(
    _ word: Word, while expected: UInt32, until deadline: Deadline, at site: StaticString,
    _ wait: (_ expected: UInt32, _ deadline: Deadline) -> WaitOutcome
  ) -> WaitOutcome {
    operate(at: site) { thread, mutation in
      let isUnchecked = mutation == .sleepsUnchecked
      let outcome = thread.sleep(until: deadline) { deadline in
        while true {
          let value = isUnchecked ? unsafe Hardware.load(word, .relaxed, at: site) : expected
          let outcome = wait(value, deadline)
          guard isUnchecked, outcome == .valueChanged else { return outcome }
        }
      }
      return mutation == .losesWakeUp && outcome == .woken && deadline != .never ? .timedOut : outcome
    }
  }
}
