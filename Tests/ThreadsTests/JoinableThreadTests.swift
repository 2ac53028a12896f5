import TestSupport
import Testing
import Threads

@Suite struct JoinableThreadTests {
  struct Failure: Error, Equatable {}

  /// Lets a thread go on when the test says so.
  private final class Gate: Sendable {
    private let lock = Lock()

    init() { lock.withLock {} }

    func close() { lock.acquire(blocking: true) }
    func open() throws { try lock.release() }
    func pass() { lock.withLock {} }
  }

  @Test func handsOverWhatTheBodyReturned() throws {
    let thread = JoinableThread { 42 }
    try thread.start()
    #expect(try thread.join() == 42)
    #expect(thread.isFinished)
  }

  @Test func handsOverWhatTheBodyThrew() throws {
    let failing = JoinableThread { throw Failure() }
    try failing.start()
    #expect(throws: Failure.self) { try failing.join() }
    let exiting = JoinableThread { try exitThread() }
    try exiting.start()
    #expect(throws: ThreadExit.self) { try exiting.join() }
  }

  @Test func joiningIsIdempotentAndConcurrent() throws {
    let gate = Gate()
    gate.close()
    let thread = JoinableThread {
      gate.pass()
      return 7
    }
    try thread.start()
    let joiners = (0..<4).map { _ in TestThread { try thread.join() } }
    try waitUntilAsleep(joiners.map(\.kernelID))
    try gate.open()
    for joiner in joiners { #expect(try joiner.join() == 7) }
    #expect(try thread.join() == 7)
    #expect(try thread.join(within: .zero) == 7)
  }

  @Test func aJoinWithATimeLimitTellsWhetherTheThreadEnded() throws {
    let gate = Gate()
    gate.close()
    let thread = JoinableThread {
      gate.pass()
      return 7
    }
    try thread.start()
    #expect(try thread.join(within: .zero) == nil)
    #expect(try thread.join(within: .seconds(-1)) == nil)
    let start = monotonicNow()
    #expect(try thread.join(within: .milliseconds(20)) == nil)
    #expect(monotonicNow() - start >= .milliseconds(20))
    #expect(!thread.isFinished)
    try gate.open()
    #expect(try thread.join(within: hangLimit) == 7)
  }

  @Test func startsOnce() throws {
    let thread = JoinableThread {}
    #expect(thread.id == nil)
    #expect(!thread.isFinished)
    #expect(throws: ThreadError.notStarted) { try thread.join() }
    #expect(throws: ThreadError.notStarted) { try thread.join(within: .zero) }
    try thread.start()
    #expect(throws: ThreadError.alreadyStarted) { try thread.start() }
    try thread.join()
    #expect(throws: ThreadError.alreadyStarted) { try thread.start() }
  }

  @Test func concurrentStartsStartItOnce() throws {
    for _ in 0..<50 {
      let runs = Locked(0)
      let thread = JoinableThread { runs.withLock { $0 += 1 } }
      let outcomes = try runTogether(3) { _ in
        do {
          try thread.start()
          return true
        } catch ThreadError.alreadyStarted {
          return false
        }
      }
      #expect(outcomes.count { $0 } == 1)
      try thread.join()
      #expect(runs.withLock { $0 } == 1)
    }
  }

  @Test func aFailedStartMayBeRepeated() throws {
    let former = threadStackSize()
    let thread = JoinableThread(stackSize: 1 << 50) { 1 }
    for _ in 0..<2 {
      #expect(throws: ThreadError.self) { try thread.start() }
      #expect(thread.id == nil)
      #expect(throws: ThreadError.notStarted) { try thread.join() }
    }
    #expect(threadStackSize() == former)
  }

  @Test func theHandleIsCompleteWithinTheThread() throws {
    for _ in 0..<100 {
      let handle = Locked<JoinableThread<ThreadID?>?>(nil)
      let thread = JoinableThread { handle.withLock { $0 }?.id }
      handle.withLock { $0 = thread }
      try thread.start()
      let id = thread.id
      #expect(try thread.join() == id)
      #expect(id != nil)
      handle.withLock { $0 = nil }
    }
  }

  @Test func aThreadCannotJoinItself() throws {
    let handle = Locked<JoinableThread<Void>?>(nil)
    let thread = JoinableThread { () throws -> Void in try handle.withLock { $0 }?.join() }
    handle.withLock { $0 = thread }
    try thread.start()
    #expect(throws: ThreadError.cannotJoinSelf) { try thread.join() }
    handle.withLock { $0 = nil }
  }

  @Test func anIdentityThatIsUsedAgainIsNoReasonToRefuseAJoin() throws {
    // The next thread usually gets the stack, and so the identity, of the one that ended.
    let first = JoinableThread { 1 }
    try first.start()
    #expect(try first.join() == 1)
    for _ in 0..<20 {
      let second = JoinableThread { try first.join() }
      try second.start()
      #expect(try second.join() == 1)
    }
  }

  @Test func detachingEndsJoining() throws {
    let gate = Gate()
    gate.close()
    let thread = JoinableThread {
      gate.pass()
      return 7
    }
    try thread.start()
    let joiner = TestThread { try thread.join() }
    try waitUntilAsleep([joiner.kernelID])
    thread.detach()
    thread.detach()
    #expect(throws: ThreadError.detached) { try thread.join() }
    #expect(throws: ThreadError.detached) { try thread.join(within: .zero) }
    try gate.open()
    #expect(try joiner.join() == 7)
    try waitUntil("the thread to end") { thread.isFinished }
    #expect(throws: ThreadError.detached) { try thread.join() }
  }

  @Test func runsOnWithoutItsHandle() throws {
    let done = Locked(false)
    try JoinableThread { done.withLock { $0 = true } }.start()
    try waitUntil("the thread to run") { done.withLock { $0 } }
  }

  @Test func capturesAndThreadLocalValuesAreGoneWhenItIsJoined() throws {
    for _ in 0..<100 {
      let gone = Locked<[ThreadID]>([])
      let local = ThreadLocal { Witness { gone.withLock { $0.append(.current) } } }
      let thread = makeThread(
        capturing: Witness { gone.withLock { $0.append(.current) } }, using: local)
      try thread.start()
      let id = thread.id
      try thread.join()
      #expect(gone.withLock { $0 } == [id, id])
    }
  }

  private func makeThread(
    capturing witness: consuming Witness, using local: ThreadLocal<Witness>
  ) -> JoinableThread<Void> {
    let witness = consume witness
    return JoinableThread {
      local.withValue { _ in }
      withExtendedLifetime(witness) {}
    }
  }
}
