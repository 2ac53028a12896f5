import FastLock
import Synchronization
import TestSupport

private typealias Algorithm = ReleasableLock<Perturbed>

extension Drill {
  /// The lock is held at first, until everybody has slept. The last to hold it frees its memory, in every other run.
  static let releasableLock = Drill("ReleasableLock") { crew in
    let lock = SharedLock(userCount: crew.members.count, isFreedByTheLast: crew.watch.draw(below: 2) == 0)
    var isOpening = true
    var useCount = 0
    try crew.watch.run { try require(lock.tryToTake(), "a new lock is taken") }
    let useCounts = try crew.run {
      if isOpening {
        guard crew.haveAllSlept else { return false }
        isOpening = false
      } else {
        guard lock.isLeftToTheWatch.exchange(false, ordering: .acquiring) else { return false }
        try lock.data.use(by: crew.watch)
        useCount += 1
      }
      try lock.release()
      return true
    } _: { thread in
      var useCount = 0
      for round in 0...crew.roundCount {
        crew.rest(thread)
        let isLast = round == crew.roundCount
        guard try lock.take(by: thread, atAnyRate: isLast || round == 0) else { continue }
        try lock.data.use(by: thread)
        useCount += 1
        if isLast {
          try lock.releaseForGood()
        } else if thread.draw(below: 16) == 0 {
          lock.isLeftToTheWatch.store(true, ordering: .releasing)
        } else {
          try lock.release()
        }
      }
      return useCount
    }
    try require(lock.data.useCount == useCounts.reduce(useCount, +), "the count is not exact")
    try require(lock.isPristine, "the word is not as it was before contention")
  }
}

/// The operations are put together as FutexLock does.
@safe private final class SharedLock: @unchecked Sendable {
  private let word: UnsafeMutablePointer<UInt32>
  let data = ProtectedData()
  /// Set by a holder who wants the thread that watches to release the lock.
  let isLeftToTheWatch = Atomic(false)
  private let isFreedByTheLast: Bool
  /// Protected by the lock.
  private let userCount: UnsafeMutablePointer<Int>

  init(userCount: Int, isFreedByTheLast: Bool) {
    unsafe word = .allocate(capacity: 1)
    unsafe word.initialize(to: 0)
    unsafe self.userCount = .allocate(capacity: 1)
    unsafe self.userCount.initialize(to: userCount)
    self.isFreedByTheLast = isFreedByTheLast
  }

  deinit {
    if !isFreedByTheLast { unsafe word.deallocate() }
    unsafe userCount.deallocate()
  }

  /// Once nobody uses it any more.
  var isPristine: Bool {
    unsafe isFreedByTheLast || word.pointee == 0
  }

  func tryToTake() -> Bool { unsafe Algorithm.tryLock(word) }

  /// Takes the lock in one of the ways there are; false if it gave up.
  func take(by thread: PerturbedThread, atAnyRate: Bool) throws -> Bool {
    if tryToTake() { return true }
    if atAnyRate {
      try takeWithoutDeadline()
      return true
    }
    switch thread.draw(below: 4) {
    case 0: return false
    case 1: return try takeInterruptibly(until: thread.draw(below: 2) == 0 ? .never : soon(thread), thread)
    case 2:
      let deadline = soon(thread)
      return try gaveUpInTime(unsafe Algorithm.lockSlow(word, until: deadline), deadline)
    default:
      try takeWithoutDeadline()
      return true
    }
  }

  private func takeWithoutDeadline() throws {
    try require(unsafe Algorithm.lockSlow(word, until: .never), "gave up without a deadline")
  }

  private struct Interruption: Error {}

  private func takeInterruptibly(until deadline: Deadline, _ thread: PerturbedThread) throws -> Bool {
    let isTaken: Bool
    do throws(Interruption) {
      isTaken = try unsafe Algorithm.lockInterruptibly(word, until: deadline) { () throws(Interruption) in
        if thread.draw(below: 4) == 0 { throw Interruption() }
      }
    } catch {
      return false
    }
    return try gaveUpInTime(isTaken, deadline)
  }

  private func soon(_ thread: PerturbedThread) -> Deadline {
    Hardware.now().advanced(by: .microseconds(thread.draw(below: 256)))
  }

  private func gaveUpInTime(_ isTaken: Bool, _ deadline: Deadline) throws -> Bool {
    try require(isTaken || deadline.hasPassed(at: Hardware.now), "gave up before the deadline")
    return isTaken
  }

  func release() throws {
    try require(
      unsafe Algorithm.release(word) || Algorithm.releaseSlow(word),
      "the lock was free when its holder released it")
  }

  /// A user's last release. The last user of all may free the memory instead, while others are still in theirs.
  func releaseForGood() throws {
    unsafe userCount.pointee -= 1
    guard isFreedByTheLast, unsafe userCount.pointee == 0 else { return try release() }
    unsafe word.deallocate()
  }
}
