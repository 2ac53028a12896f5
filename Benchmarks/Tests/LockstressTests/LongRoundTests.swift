import CStressSupport
import Testing

@testable import lockstress

@Suite struct LongRoundTests {
  @Test(arguments: [1, 2, 3, 8, 64, 4096])
  func endsInASecondAndIsLargeEnoughToBeJudged(threads: Int) {
    var random = RandomSource(seed: 1, stream: 0)
    for _ in 0..<1_000 {
      let round = LongRound(threads: threads, &random)
      let sections = round.sections
      #expect((min(2, threads)...min(24, threads)).contains(round.threads))
      #expect(round.threads * round.operationsPerWorker * sections.longest <= 1_000_000_000)
      #expect(round.operationsPerWorker > Overtaking.acquisitionsPerThread * round.threads)
      #expect(200_000 <= sections.shortest && sections.shortest <= sections.longest)
      #expect(sections.longest <= 20_000_000)
      #expect(round.threads * sections.shortest > 3_900_000)
    }
  }

  @Test(arguments: [false, true])
  func noSectionIsShorterThanTheShortest(asleep: Bool) {
    var random = RandomSource(seed: 1, stream: 0)
    let sections = LongSections(areAsleep: asleep, shortest: 300_000, longest: 600_000)
    for _ in 0..<10 {
      let start = stress_now()
      sections.dwellInside(&random)
      #expect(stress_now() - start >= 300_000)
    }
  }

  @Test(arguments: allLocks + [FaultyLockStress.self])
  func everyLockHasOperationsForIt(lock: any LockUnderStress.Type) {
    let kind = LockKind(lock)
    let names = kind.updatingOperations.map { kind.operations[$0] }
    #expect(names.contains("withLock") && names.contains("timed") && !names.contains("read value"))
  }
}
