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

  /// Whatever made it: fork, _Fork or clone.
  @Test func eachChildWithAMemoryOfItsOwnHasAnotherGeneration() throws {
    try expectSuccess("fork-generations")
  }

  /// Those of a constructor of the client.
  @Test func handlersThatRunBeforeOursSeeTheChildsGeneration() throws {
    try expectSuccess("fork-generation-early")
  }

  @Test func locksThatSuchHandlersTakeAndFreeAreFreeInTheChild() throws {
    try expectSuccess("fork-locks-early")
  }

  @Test func locksThatAreFreedInChildrenWithoutHandlersAreFree() throws {
    try expectSuccess("fork-locks-bare")
  }

  /// On a kernel without MADV_WIPEONFORK.
  @Test(arguments: [
    "fork-free", "fork-own", "fork-foreign", "fork-waiters", "fork-starving", "fork-handed", "fork-chain",
    "fork-main",
  ])
  func forksThatOnlyHandlersNoticeAreSurvived(_ scenario: String) throws {
    let probe = try runProbe(scenario, failing: ["wipe-on-fork=EINVAL"])
    #expect(probe.succeeded, "\(probe)")
    #expect(probe.launcherInjections > 0)
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
