import TestSupport
import Testing

/// What a forked child may do with locks. Each scenario forks a process of its own.
@Suite struct Forks {
  @Test func locksThatWereFreeWorkInTheChild() throws {
    try expectSuccess("fork-free")
  }

  @Test func locksHeldByTheForkingThreadAreHeldByItInTheChild() throws {
    try expectSuccess("fork-own")
  }

  @Test func triesAndTimedWaitsReturnInTheChildWhereAnotherThreadHeldTheLock() throws {
    try expectSuccess("fork-foreign")
  }

  @Test func waitersAtTheForkDoNotHinderTheChild() throws {
    try expectSuccess("fork-waiters")
  }

  @Test func theForkingThreadIsTheChildsMainThread() throws {
    try expectSuccess("fork-main")
  }

  private func expectSuccess(_ scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }
}
