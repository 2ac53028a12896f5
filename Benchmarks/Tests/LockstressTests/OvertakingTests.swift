import Synchronization
import Testing

@testable import lockstress

/// Judgements of made-up histories, in milliseconds. Four threads may acquire the lock 16 times.
@Suite struct OvertakingTests {
  private let delays = MadeUpDelays()
  private let overtaking: Overtaking

  init() {
    let sections = LongSections(areAsleep: true, shortest: 1_000_000, longest: 1_000_000)
    overtaking = Overtaking(
      LongRound(threads: 4, operationsPerWorker: 24, sections: sections), delays: delays)
  }

  private func nanoseconds(_ milliseconds: Int) -> UInt64 { UInt64(milliseconds) * 1_000_000 }

  /// What comes of a wait from 100 on, beside which others acquire the lock at these times.
  private func judged(acquiredAt times: some Sequence<Int>, end: Int, interrupted: Int = 0)
    -> Overtaking.Finding?
  {
    let wait = overtaking.begin(at: nanoseconds(100))
    for time in times { overtaking.note(nanoseconds(time)) }
    return overtaking.judge(wait, interrupted: nanoseconds(interrupted), at: nanoseconds(end))
  }

  @Test func isFineBelowTheBound() throws {
    let finding = try #require(judged(acquiredAt: 102...117, end: 118))
    #expect((finding.overtaken, finding.allowed) == (15, 16))
    #expect(!finding.isViolation)
  }

  @Test func isFineAtTheBound() throws {
    let finding = try #require(judged(acquiredAt: 102...118, end: 119))
    #expect((finding.overtaken, finding.allowed) == (16, 16))
    #expect(!finding.isViolation)
  }

  @Test func isAViolationAboveTheBound() throws {
    let finding = try #require(judged(acquiredAt: 102...119, end: 120))
    #expect((finding.overtaken, finding.allowed) == (17, 16))
    #expect(finding.isViolation)
    #expect(
      overtaking.description(of: finding)
        == "overtaking: while a thread waited, others acquired the lock 17 times, of which 16 are allowed; "
        + "4 threads, sections of 1.00 ms to 1.00 ms, asleep")
  }

  @Test func theFirstTwoMillisecondsAreFree() throws {
    let early = Array(repeating: 101, count: 40)
    let finding = try #require(judged(acquiredAt: early + [103, 104, 105], end: 106))
    #expect((finding.overtaken, finding.allowed) == (2, 16))
  }

  @Test func aWaitThatIsAsShortIsNotJudged() {
    #expect(judged(acquiredAt: Array(repeating: 101, count: 40), end: 102) == nil)
  }

  @Test func whatCameBeforeTheWaitIsNotCounted() throws {
    let finding = try #require(judged(acquiredAt: 10...90, end: 110))
    #expect(finding.overtaken == 0)
  }

  @Test func aSignalBeginsTheWaitAnew() throws {
    let finding = try #require(judged(acquiredAt: 102...140, end: 141, interrupted: 128))
    #expect((finding.overtaken, finding.allowed) == (10, 16))
    #expect(judged(acquiredAt: [Int](), end: 141, interrupted: 139) == nil)
  }

  @Test func whatAThreadLacksACPUForIsAllowed() throws {
    delays.now.store(7_000_000, ordering: .relaxed)
    let wait = overtaking.begin(at: nanoseconds(100))
    for time in 102...122 { overtaking.note(nanoseconds(time)) }
    delays.now.store(10_000_000, ordering: .relaxed)
    let finding = try #require(overtaking.judge(wait, interrupted: 0, at: nanoseconds(123)))
    #expect((finding.overtaken, finding.allowed) == (20, 19))
    #expect(finding.isViolation)
  }
}

private final class MadeUpDelays: DelayAccount {
  let now = Atomic<UInt64>(0)
  func recentTotal() -> UInt64 { now.load(ordering: .relaxed) }
  func total() -> UInt64 { now.load(ordering: .relaxed) }
}
