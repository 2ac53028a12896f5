import FastLock
import Synchronization

private typealias Algorithm = ReleasableLock<Perturbed>

extension Drill {
  static let releasableLock = Drill("ReleasableLock") { crew in
    SharedLock(userCount: crew.members.count, isFreedByTheLast: crew.watch.draw(below: 2) == 0)
  }
  // There are two heads only after a hand-over was taken back, and calls are missed only by a hair's breadth.
  .blind(at: ["wake all starving"])
}

/// Any thread may release it, interrupts may end a wait, and the last to hold it may free its memory.
@safe private final class SharedLock: DrilledLock, @unchecked Sendable {
  private let word: UnsafeMutablePointer<UInt32>
  let data = ProtectedData()
  private let releaseIsLeft = Atomic(false)
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

  func tryToTake() -> Bool { unsafe Algorithm.tryLock(word) }

  func take(until deadline: Deadline) -> Bool { unsafe Algorithm.lockSlow(word, until: deadline) }

  func takeAtAnyRate(_ thread: PerturbedThread) throws {
    let isTaken = thread.draw(below: 2) == 0 ? take(until: .never) : takeInterruptibly(until: .never) {}
    try require(isTaken, "gave up without a deadline")
  }

  func takeSomehow(_ thread: PerturbedThread) throws -> Bool {
    guard thread.draw(below: 2) == 0 else { return try takePatiently(thread) }
    struct Interruption: Error {}
    let deadline = thread.draw(below: 2) == 0 ? .never : thread.drawDeadline()
    let isTaken: Bool
    do throws(Interruption) {
      isTaken = try takeInterruptibly(until: deadline) { () throws(Interruption) in
        if thread.draw(below: 4) == 0 { throw Interruption() }
      }
    } catch {
      return false
    }
    return try hasTaken(isTaken, by: deadline)
  }

  private func takeInterruptibly<E: Error>(
    until deadline: Deadline, onInterrupt: () throws(E) -> Void
  ) throws(E) -> Bool {
    try unsafe Algorithm.lockInterruptibly(word, until: deadline, onInterrupt: onInterrupt)
  }

  func release() throws {
    try require(
      unsafe Algorithm.release(word) || Algorithm.releaseSlow(word),
      "the lock was free when its holder released it")
  }

  func release(_ thread: PerturbedThread, forGood isForGood: Bool) throws {
    if isForGood {
      unsafe userCount.pointee -= 1
      // Others may still be in their releases.
      guard isFreedByTheLast, unsafe userCount.pointee == 0 else { return try release() }
      unsafe word.deallocate()
    } else if thread.draw(below: 16) == 0 {
      releaseIsLeft.store(true, ordering: .releasing)
    } else {
      try release()
    }
  }

  func isLeftToTheWatch() -> Bool { releaseIsLeft.exchange(false, ordering: .acquiring) }

  func maySleepInVain() -> Bool { false }

  func checkWord(_ watch: PerturbedThread) throws {
    if isFreedByTheLast { return }
    try require(unsafe word.pointee == 0, "the word is not as it was before contention")
  }
}
