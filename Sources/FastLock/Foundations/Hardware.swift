public import CFutex

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The machine that programs run on.
@frozen
@usableFromInline
package enum Hardware: @unsafe Machine {
  @usableFromInline
  package typealias Word = UnsafeMutablePointer<UInt32>

  /// A wake-up with this bit alone reaches only the main thread in an interruptible wait.
  private static let interruptBit = UInt32(1) << 31

  @inlinable @inline(__always)
  package static func load(_ word: Word, _ order: LoadOrder, at site: StaticString) -> UInt32 {
    switch order {
    case .relaxed: unsafe cfutex_load_relaxed(word)
    case .acquiring: unsafe cfutex_load_acquire(word)
    }
  }

  @usableFromInline
  package static func timedLoad(_ word: Word, at site: StaticString) -> (value: UInt32, ticks: UInt32) {
    var ticks: UInt32 = 0
    let value = unsafe cfutex_load_timed(word, &ticks)
    return (value, ticks)
  }

  @inlinable @inline(__always)
  package static func store(_ value: UInt32, to word: Word, _ order: StoreOrder, at site: StaticString) {
    unsafe cfutex_store_release(word, value)
  }

  @inlinable @inline(__always)
  package static func exchange(_ word: Word, with value: UInt32, at site: StaticString) -> UInt32 {
    unsafe cfutex_exchange_release(word, value)
  }

  @inlinable @inline(__always)
  package static func compareExchange(
    _ word: Word, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool {
    switch order {
    case .relaxed: unsafe cfutex_compare_exchange_relaxed(word, expected, desired)
    case .acquiring: unsafe cfutex_compare_exchange_acquire(word, expected, desired)
    case .releasing: unsafe cfutex_compare_exchange_release(word, expected, desired)
    }
  }

  @usableFromInline
  package static func wait(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome {
    unsafe wait(
      word, while: expected, until: deadline, sleepingUntil: deadline, bits: sleepers.bits)
  }

  @usableFromInline
  package static func waitInterruptibly(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    watching interrupts: inout InterruptWatch, at site: StaticString
  ) -> WaitOutcome {
    // Only a wait with a deadline is ended by a handler that was installed with SA_RESTART: signal(7).
    guard isMainThread else {
      return unsafe wait(
        word, while: expected, until: deadline, sleepingUntil: min(deadline, .farthest), bits: sleepers.bits,
        isInterruptible: true)
    }
    unsafe MainThreadInterrupts.announceSleep(at: word)
    defer { MainThreadInterrupts.endSleep() }
    let count = interruptCount()
    guard count == interrupts.seen else {
      interrupts.seen = count
      interrupts.noteInterruption()
      return .interrupted
    }
    let slice = min(deadline, interrupts.endOfSlice(at: now()))
    var bits = sleepers.bits | interruptBit
    let hasHighestRank = sleepers == .starving(Patience.highestRank)
    if hasHighestRank && interrupts.hasLostPlace { bits |= Sleepers.mainThread.bits }
    let outcome = unsafe wait(
      word, while: expected, until: deadline, sleepingUntil: slice, bits: bits, isInterruptible: true)
    if outcome == .interrupted { interrupts.noteInterruption() }
    if hasHighestRank && slice < deadline { interrupts.hasLostPlace = true }
    return outcome
  }

  /// Sleeps until `slice` at the latest. Whether the wait as a whole has timed out is for `deadline` to say, so
  /// that an interruption that is noticed after the end of a slice is not taken for that end.
  private static func wait(
    _ word: Word, while expected: UInt32, until deadline: Deadline, sleepingUntil slice: Deadline,
    bits: UInt32, isInterruptible: Bool = false
  ) -> WaitOutcome {
    let result = unsafe cfutex_wait(word, expected, slice.nanoseconds, bits)
    switch -result {
    case 0: return .woken
    // The clock alone decides whether a deadline has passed. The kernel compares the value before it looks at
    // the clock, and a sandbox may refuse every wait: without this look a deadline would never be noticed, and
    // a wait without one might end.
    case EAGAIN, ETIMEDOUT: return deadline.hasPassed(at: now) ? .timedOut : .valueChanged
    case EINTR: return !isInterruptible && deadline.hasPassed(at: now) ? .timedOut : .interrupted
    default: trapSystemCall("futex(FUTEX_WAIT_BITSET)", errno: -result)
    }
  }

  @usableFromInline
  @discardableResult
  package static func wake(_ word: Word, count: Int32, among sleepers: Sleepers, at site: StaticString)
    -> Int32
  {
    unsafe wake(word, count: count, bits: sleepers.bits)
  }

  /// Wakes the main thread if it is in an interruptible wait at `word`, and nobody else.
  static func wakeInterruptibleMainThread(at word: Word) {
    _ = unsafe wake(word, count: 1, bits: interruptBit)
  }

  private static func wake(_ word: Word, count: Int32, bits: UInt32) -> Int32 {
    let result = unsafe cfutex_wake(word, count, bits)
    guard result >= 0 else { trapSystemCall("futex(FUTEX_WAKE_BITSET)", errno: -result) }
    return result
  }

  @usableFromInline
  package static func interruptCount() -> InterruptCount { MainThreadInterrupts.count }

  @usableFromInline
  package static func now() -> Deadline {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    // Whoever replaces the clock may have it show a time before 1970.
    let seconds = UInt64(truncatingIfNeeded: time.tv_sec)
    return Deadline(nanoseconds: seconds &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec))
  }

  @inlinable @inline(__always)
  package static func pause() { cfutex_pause() }

  /// The low bits of the CPU's counter, scaled.
  @usableFromInline
  package static func draw(below bound: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(cfutex_cycles() & 0xffff) &* UInt64(bound)) >> 16)
  }

  @usableFromInline
  package static func spinBudget() -> SpinBudget { SpinBudget.calibrated }

  /// Asked each time: what is true of this thread may be true of no other, and of this one no more a moment later.
  @usableFromInline
  package static func mayPoll() -> Bool { cfutex_usable_cpus() != 1 }

  @usableFromInline
  package static var forkGeneration: UInt32 { ForkGeneration.current }

  @usableFromInline
  package static var highestRank: UInt32 { Patience.highestRank }

  @usableFromInline
  package static var unlocksOfShortSections: UInt32 { Patience.unlocksOfShortSections }

  /// The kernel's identity of the calling thread.
  package static var threadID: Int32 { cfutex_gettid() }

  /// Whether the caller runs in the process's main thread. In a forked child that is the thread that forked.
  package static var isMainThread: Bool { cfutex_gettid() == cfutex_getpid() }
}
