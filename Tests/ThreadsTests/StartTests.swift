import TestSupport
import Testing
import Threads

@Suite struct StartTests {
  @Test func returnsTheIdentityThatTheThreadSees() throws {
    for _ in 0..<100 {
      let seen = Locked<ThreadID?>(nil)
      let started = try startNewThread { seen.withLock { $0 = .current } }
      try waitUntil("the thread to tell") { seen.withLock { $0 } != nil }
      #expect(seen.withLock { $0 } == started)
      #expect(started.rawValue != 0)
    }
  }

  @Test func passesArguments() throws {
    let sum = Locked(0)
    @Sendable func add(_ integer: Int, _ text: String, _ number: Double) {
      sum.withLock { $0 += integer + text.utf8.count + Int(number) }
    }
    try startNewThread(add, 1, "two", 4)
    try startNewThread({ (only: Int) in sum.withLock { $0 += only } }, 10)
    try startNewThread({ (first: Int, second: Int) in sum.withLock { $0 += first * second } }, 10, 10)
    try waitUntil("the threads to add") { sum.withLock { $0 } == 118 }
  }

  @Test func releasesCapturesOnTheNewThread() throws {
    for _ in 0..<200 {
      let releaser = Locked<ThreadID?>(nil)
      let started = try startNewThread(body(capturing: { releaser.withLock { $0 = .current } }))
      try waitUntil("the capture to be released") { releaser.withLock { $0 } != nil }
      #expect(releaser.withLock { $0 } == started)
    }
  }

  /// A body that alone holds its capture: a closure's maker may hold it too until it returns.
  private func body(capturing onEnd: @escaping @Sendable () -> Void) -> () -> Void {
    let witness = Witness(onEnd)
    return { withExtendedLifetime(witness) {} }
  }

  @Test func aFailedStartThrowsAndReleasesEverything() throws {
    let released = Locked(false)
    #expect {
      let witness = Witness { released.withLock { $0 = true } }
      try startNewThread(stackSize: 1 << 50) { withExtendedLifetime(witness) {} }
    } throws: { error in
      guard case ThreadError.cannotStart(let errno) = error else { return false }
      return errno > 0
    }
    #expect(released.withLock { $0 })
    #expect(throws: ThreadError.invalidStackSize) { try startNewThread(stackSize: 1) {} }
  }

  @Test func aNameIsInForceBeforeTheBodyRuns() throws {
    let name = Locked("")
    try startNewThread(name: "grün gestrichen") { name.withLock { $0 = threadName() } }
    try waitUntil("the thread to tell") { name.withLock { !$0.isEmpty } }
    #expect(name.withLock { $0 } == "grün gestriche")
  }

  @Test func withoutANameItHasThatOfTheStartingThread() throws {
    let name = Locked("")
    try startNewThread(name: "parent") {
      try startNewThread { name.withLock { $0 = threadName() } }
    }
    try waitUntil("the thread to tell") { name.withLock { !$0.isEmpty } }
    #expect(name.withLock { $0 } == "parent")
  }

  @Test func nativeIdentityIsTheKernels() throws {
    let identities = Locked<(native: Int32, kernel: Int32)?>(nil)
    try startNewThread {
      identities.withLock { $0 = (nativeThreadID(), KernelThreadID.current.rawValue) }
    }
    try waitUntil("the thread to tell") { identities.withLock { $0 } != nil }
    let (native, kernel) = try #require(identities.withLock { $0 })
    #expect(native == kernel)
    #expect(native != nativeThreadID())
  }

  @Test func anIdentityDescribesItself() {
    #expect(ThreadID.current.description == "0x" + String(ThreadID.current.rawValue, radix: 16))
    #expect(Set([ThreadID.current, .current]).count == 1)
  }
}
