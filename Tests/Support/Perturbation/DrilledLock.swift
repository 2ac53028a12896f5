import FastLock
import TestSupport

/// A lock that threads compete for in a drill. Its operations are put together as the library does for its public types.
protocol DrilledLock: AnyObject, Sendable {
  /// What it protects.
  var data: ProtectedData { get }

  func tryToTake() -> Bool

  /// Takes the lock after a try has failed; false once `deadline` has passed.
  func take(until deadline: Deadline) -> Bool

  /// Takes the lock after a try has failed, however long that lasts.
  func takeAtAnyRate(_ thread: PerturbedThread) throws

  /// Takes the lock after a try has failed, in one of the ways there are; false if it gave up.
  func takeSomehow(_ thread: PerturbedThread) throws -> Bool

  func release() throws

  /// A member's release.
  func release(_ thread: PerturbedThread, forGood isForGood: Bool) throws

  /// Whether the thread that watches has become the one to release the lock.
  func isLeftToTheWatch() -> Bool

  /// Whether all may sleep though nobody is about to wake anybody.
  func maySleepInVain() -> Bool

  /// What must hold when nobody competes any more.
  func checkWord(_ watch: PerturbedThread) throws
}

extension DrilledLock {
  func takeAtAnyRate(_ thread: PerturbedThread) throws {
    try require(take(until: .never), "gave up without a deadline")
  }

  /// Gives up at once, after a while or never.
  func takePatiently(_ thread: PerturbedThread) throws -> Bool {
    switch thread.draw(below: 3) {
    case 0: return false
    case 1:
      let deadline = thread.drawDeadline()
      return try hasTaken(take(until: deadline), by: deadline)
    default:
      try takeAtAnyRate(thread)
      return true
    }
  }

  /// Nobody gives up early.
  func hasTaken(_ isTaken: Bool, by deadline: Deadline) throws -> Bool {
    try require(isTaken || deadline.hasPassed(at: Perturbed.now), "gave up before the deadline")
    return isTaken
  }
}

extension Drill {
  /// Threads compete for a lock that is held at first, until all of them have slept and somebody's patience may have
  /// ended.
  init(_ algorithm: String, for makeLock: @escaping @Sendable (Crew) -> any DrilledLock) {
    self.init(algorithm) { crew in
      let lock = makeLock(crew)
      var isOpening = true
      var useCount = 0
      try crew.watch.run { try require(lock.tryToTake(), "a new lock is taken") }
      let useCounts = try crew.run(excusing: lock.maySleepInVain) {
        if isOpening {
          guard crew.haveAllSlept else { return false }
          nap(.microseconds(crew.watch.draw(below: 512)))
          isOpening = false
        } else {
          guard lock.isLeftToTheWatch() else { return false }
        }
        try lock.data.use(by: crew.watch)
        useCount += 1
        try lock.release()
        return true
      } _: { thread in
        try crew.compete(for: lock, thread)
      }
      try require(lock.data.useCount == useCounts.reduce(useCount, +), "the count is not exact")
      try crew.watch.run { try lock.checkWord(crew.watch) }
    }
  }
}

extension Crew {
  /// A member's part; how often it used what the lock protects.
  fileprivate func compete(for lock: any DrilledLock, _ thread: PerturbedThread) throws -> Int {
    var useCount = 0
    for round in 0...roundCount {
      rest(thread)
      let isLast = round == roundCount
      if !lock.tryToTake() {
        if isLast || round == 0 {
          try lock.takeAtAnyRate(thread)
        } else {
          guard try lock.takeSomehow(thread) else { continue }
        }
      }
      try lock.data.use(by: thread)
      useCount += 1
      try lock.release(thread, forGood: isLast)
    }
    return useCount
  }
}
