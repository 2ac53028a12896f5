import FastLock
import Testing

/// One thread's machine whose waits come back as a test says, and which records what was asked of it.
enum ScriptedMachine: Machine {
  typealias Word = Script

  @TaskLocal static var current = Script(word: 0)

  static func load(_ word: Script, _ order: LoadOrder, at site: StaticString) -> UInt32 {
    word.perform(.load) { word.word }
  }

  static func timedLoad(_ word: Script, at site: StaticString) -> (value: UInt32, ticks: UInt32) {
    (load(word, .relaxed, at: site), word.nextTicks())
  }

  static func store(_ value: UInt32, to word: Script, _ order: StoreOrder, at site: StaticString) {
    word.perform(.store(value)) { word.word = value }
  }

  static func exchange(_ word: Script, with value: UInt32, at site: StaticString) -> UInt32 {
    word.perform(.exchange(value)) {
      defer { word.word = value }
      return word.word
    }
  }

  static func compareExchange(
    _ word: Script, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool {
    word.perform(.compareExchange(expected, desired, order)) {
      guard word.word == expected else { return false }
      word.word = desired
      return true
    }
  }

  static func wait(
    _ word: Script, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome {
    word.perform(.wait(expected, sleepers, deadline)) { word.nextOutcome() }
  }

  static func waitInterruptibly(
    _ word: Script, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    watching interrupts: inout InterruptWatch, at site: StaticString
  ) -> WaitOutcome {
    word.perform(.interruptibleWait(expected, sleepers, deadline, seen: interrupts.seen)) {
      word.nextOutcome()
    }
  }

  static func wake(_ word: Script, count: Int32, among sleepers: Sleepers, at site: StaticString) -> Int32 {
    word.perform(.wake(count, sleepers)) { word.nextSleeperCount() }
  }

  static func interruptCount() -> InterruptCount {
    current.perform(.interruptCount) { current.interruptCount }
  }

  static func now() -> Deadline { Deadline(nanoseconds: current.now) }

  static func pause() { current.perform(.pause) {} }

  static func draw(below bound: UInt32) -> UInt32 { bound / 2 }

  static func mayPoll() -> Bool { current.askWhetherPollingHelps() }

  static func spinBudget() -> SpinBudget { current.budget }

  static var forkGeneration: UInt32 { current.forkGeneration }

  static var highestRank: UInt32 { 7 }

  static var unlocksOfShortSections: UInt32 { 4 }
}

extension ScriptedMachine: AsymmetricMachine {
  static func prefetchForWrite(_ word: Script) {}

  static func loadByte(_ byte: LockByte, of word: Script, at site: StaticString) -> UInt8 {
    word.perform(.loadByte(byte)) { word[byte] }
  }

  static func storeByte(_ value: UInt8, to byte: LockByte, of word: Script, at site: StaticString) {
    word.perform(.storeByte(value, byte)) { word[byte] = value }
  }

  static func exchangeByte(
    _ byte: LockByte, of word: Script, with value: UInt8, at site: StaticString
  ) -> UInt8 {
    word.perform(.exchangeByte(value, byte)) {
      defer { word[byte] = value }
      return word[byte]
    }
  }

  static func processBarrier(at site: StaticString) -> Bool {
    current.perform(.barrier) { !current.refusesBarriers }
  }

  static var quietUnlocks: UInt32 { 4 }
}
