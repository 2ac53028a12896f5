import FastLock

private typealias Algorithm = AsymmetricMutex<Perturbed>

extension Drill {
  static let asymmetricMutex = Drill("AsymmetricMutex") { _ in SharedMutex() }
    // These matter while a store is on its way to memory, which takes a CPU less time than a system call.
    // There are two heads only after a hand-over was taken back.
    .blind(at: ["barrier", "unconfirm", "wake all", "after unlock"])
}

@safe private final class SharedMutex: DrilledLock, @unchecked Sendable {
  private let word: UnsafeMutablePointer<UInt32>
  let data = ProtectedData()

  init() {
    unsafe word = .allocate(capacity: 1)
    unsafe word.initialize(to: 0)
  }

  deinit { unsafe word.deallocate() }

  func tryToTake() -> Bool { unsafe Algorithm.tryLock(word) }

  func take(until deadline: Deadline) -> Bool {
    unsafe Algorithm.lock(word) || Algorithm.lockSlow(word, until: deadline)
  }

  func takeSomehow(_ thread: PerturbedThread) throws -> Bool { try takePatiently(thread) }

  func release() {
    switch unsafe Algorithm.unlock(word) {
    case .done: break
    case .held: unsafe Algorithm.unlockSlow(word)
    case .released: unsafe Algorithm.unlockSlowAfterRelease(word)
    }
  }

  func release(_ thread: PerturbedThread, forGood isForGood: Bool) { release() }

  func isLeftToTheWatch() -> Bool { false }

  /// After a refused barrier every sleep is short, and must be.
  func maySleepInVain() -> Bool {
    unsafe Hardware.load(word, .relaxed, at: "unconfirmed?") & MutexWord.unconfirmed != 0
  }

  func checkWord(_ watch: PerturbedThread) throws {
    var wakes = 0
    for pair in 0...Perturbed.quietUnlocks + 1 {
      try require(tryToTake(), "free, and not to be had")
      release()
      if pair == 0 { wakes = watch.tally.wakes }
    }
    try require(watch.tally.wakes == wakes, "system calls long after contention")
    let rest = unsafe word.pointee
    try require(
      rest == 0 || rest == MutexWord.symmetric | MutexWord.kept,
      "the word is not as it was before contention")
  }
}
