import FastLock
import Testing

@testable import lockstress

/// What the account says of locks that answer as they are told.
@Suite struct ReleaseAccountTests {
  private func discrepancies(_ lock: ScriptedLock) -> [String] {
    ReleaseAccount(lock).discrepancies()
  }

  @Test func nothingIsWrongWithAFreeLock() {
    #expect(discrepancies(ScriptedLock(isLocked: false, releases: [false])).isEmpty)
  }

  @Test func findsAReleaseThatIsAcceptedTwice() {
    let found = discrepancies(ScriptedLock(isLocked: false, releases: [true]))
    #expect(found == ["surplus release: an unlocked lock accepted a release"])
  }

  /// No surplus release is to blame for that.
  @Test func findsAWordThatIsNotPristine() {
    let found = discrepancies(ScriptedLock(isLocked: true, releases: []))
    #expect(found == ["pristine word: isLocked although as many releases as acquires, 0, succeeded"])
  }

  @Test func findsAReleaseTooMany() throws {
    let lock = ScriptedLock(isLocked: false, acquires: [true], releases: [true, true, false])
    let account = ReleaseAccount(lock)
    let environment = StressEnvironment(
      seed: 1, threads: 1, cpus: [0], locks: [FaultyLockStress.self], fault: nil)
    let worker = Worker(index: 0, environment: environment)
    #expect(account.acquireAndReleaseOnceTooOften(worker) == .performed)
    #expect(
      account.discrepancies() == [
        "surplus release: 1 acquires and 2 successful releases left the lock unlocked"
      ])
  }
}

private final class ScriptedLock: ReleasableLock {
  let isLocked: Bool
  private nonisolated(unsafe) var acquires: [Bool]
  private nonisolated(unsafe) var releases: [Bool]

  init(isLocked: Bool, acquires: [Bool] = [], releases: [Bool]) {
    self.isLocked = isLocked
    self.acquires = acquires
    self.releases = releases
  }

  func acquire(timeout: Duration) -> Bool { acquires.removeFirst() }

  func release() throws(LockError) {
    guard releases.removeFirst() else { throw .notLocked }
  }
}
