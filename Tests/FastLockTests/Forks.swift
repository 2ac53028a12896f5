import TestSupport
import Testing

/// What a forked child may do with locks. Each scenario forks a process of its own.
@Suite(.enabled(if: childrenOfForksWork)) struct Forks {
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

  @Test func waitersThatStarvedDoNotHinderTheChild() throws {
    try expectSuccess("fork-starving")
  }

  @Test func whatWasHandedOverAtTheForkCanBeTakenInTheChild() throws {
    try expectSuccess("fork-handed")
  }

  /// However often the count of forks in a lock's word comes round.
  @Test func waitersOfManyForksAgoDoNotHinderTheChild() throws {
    try expectSuccess("fork-chain")
  }

  @Test func theForkingThreadIsTheChildsMainThread() throws {
    try expectSuccess("fork-main")
  }

  /// At whatever step of a lock or unlock the other threads are.
  @Test func forksInTheMiddleOfContentionAreSurvived() throws {
    let probe = try runProbe("forks")
    #expect(probe.shortcomings(faults: LockKind.allCases.count, injected: 10, survived: 200) == [])
  }

  private func expectSuccess(_ scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }
}
