package import FastLock

/// futex(2): who sleeps where, and who is woken.
extension World {
  /// Sleeps if the word holds `expected`: the kernel compares and enqueues in one step, between full barriers.
  func wait(
    _ word: SimulatedWord, while expected: UInt32, until deadline: Deadline, bits: UInt32,
    interruptibly: Bool,
    unchecked: Bool = false
  ) -> WaitOutcome {
    fence(thread)
    noteWait(bits)
    let value = load(Access(word), acquiring: false)
    guard value == expected || unchecked else {
      log { "does not sleep: word \(word.index) holds \(hexadecimal(value))" }
      return valueChanged(before: deadline)
    }
    noteSleep(bits)
    log { "sleeps at word \(word.index), which holds \(hexadecimal(value))" }
    running.pointee.status = .asleep
    running.pointee.sleepsAt = UInt8(word.index)
    running.pointee.sleepBits = bits
    running.pointee.sleepsWhile = expected
    running.pointee.isInterruptible = interruptibly
    running.pointee.deadline = deadline.nanoseconds
    state.pointee.sleepers[state.pointee.sleeperCount] = UInt8(thread)
    state.pointee.sleeperCount += 1
    pause()
    // Put back, since two threads that differ in a wait long past are alike.
    defer { running.pointee.outcome = .woken }
    return running.pointee.outcome
  }

  private func valueChanged(before deadline: Deadline) -> WaitOutcome {
    guard deadline != .never, state.pointee.faults.timeOuts > 0, choose(among: 2) == 1 else {
      return .valueChanged
    }
    state.pointee.faults.timeOuts -= 1
    state.pointee.now = max(state.pointee.now, deadline.nanoseconds)
    return .timedOut
  }

  /// Wakes at most `count` of those who sleep at `word` with one of `bits`; returns how many.
  func wake(_ word: SimulatedWord, count: Int32, bits: UInt32) -> Int32 {
    fence(thread)
    var woken: Int32 = 0
    while woken < count {
      let candidates = candidateCount(word, bits)
      guard candidates > 0 else { break }
      let choice = state.pointee.wakesInOrder || count >= candidates ? 0 : choose(among: candidates)
      let sleeper = candidate(choice, word, bits)
      log { "wakes T\(sleeper)" }
      noteWake(of: sleeper, at: word)
      endWait(of: sleeper, .woken)
      woken += 1
    }
    if count > 1 && woken > 0 { noteWakeTogether(bits) }
    if woken == 0 { log { "wakes nobody at word \(word.index)" } }
    return woken
  }

  private func candidateCount(_ word: SimulatedWord, _ bits: UInt32) -> Int {
    var count = 0
    for position in 0..<state.pointee.sleeperCount where isCandidate(position, word, bits) { count += 1 }
    return count
  }

  private func candidate(_ number: Int, _ word: SimulatedWord, _ bits: UInt32) -> Int {
    var left = number
    for position in 0..<state.pointee.sleeperCount where isCandidate(position, word, bits) {
      if left == 0 { return Int(state.pointee.sleepers[position]) }
      left -= 1
    }
    fatalError("no such sleeper")
  }

  private func isCandidate(_ position: Int, _ word: SimulatedWord, _ bits: UInt32) -> Bool {
    let sleeper = state.pointee.threads[Int(state.pointee.sleepers[position])]
    return Int(sleeper.sleepsAt) == word.index && sleeper.sleepBits & bits != 0
  }

  /// Makes a sleeping thread ready.
  func endWait(of thread: Int, _ outcome: WaitOutcome) {
    state.pointee.threads[thread].status = .ready
    state.pointee.threads[thread].outcome = outcome
    var position = 0
    while state.pointee.sleepers[position] != UInt8(thread) { position += 1 }
    state.pointee.sleeperCount -= 1
    for index in position..<state.pointee.sleeperCount {
      state.pointee.sleepers[index] = state.pointee.sleepers[index + 1]
    }
  }

  /// Whether every sleeper fell asleep while its word had one of `bits`.
  package func allSleepWith(_ bits: UInt32) -> Bool {
    for position in 0..<state.pointee.sleeperCount
    where state.pointee.threads[Int(state.pointee.sleepers[position])].sleepsWhile & bits == 0 {
      return false
    }
    return true
  }

  /// How many interrupts were posted.
  package var interrupts: InterruptCount { state.pointee.interrupts }

  /// Posts an interrupt of the main thread, which is thread 0.
  package func interruptMain() {
    takeTurn()
    state.pointee.interrupts += 1
    log { "interrupts the main thread" }
    if state.pointee.threads[0].status == .asleep, state.pointee.threads[0].isInterruptible {
      endWait(of: 0, .woken)
    }
  }
}
