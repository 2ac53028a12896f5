import CStressSupport
import Testing

@testable import lockstress

@Suite struct ReportTests {
  private func report(
    noise: [NoiseAccount] = [], violations: [Violation] = [], moreViolations: Int = 0, hang: [String]? = nil,
    wasInterrupted: Bool = false
  ) -> [String] {
    let kind = LockKind(RawMutexStress.self)
    var account = Account([kind])
    account.kinds[0].operations[0].count(.performed)
    account.kinds[0].operations[0].noteWait(12_345_678)
    account.kinds[0].operations[2].count(.refused)
    account.kinds[0].holds = 41
    account.kinds[0].noteLongHold(20_000_000)
    account.kinds[0].noteOvertaking(Overtaking.Finding(overtaken: 7, allowed: 24))
    let result = RunResult(
      kinds: [kind], account: hang == nil ? account : nil, operations: 1234, rounds: 5,
      nanoseconds: 3_650_000_000_000, threads: 32, cpus: 2, noise: noise,
      usage: stress_usage(
        user_nanoseconds: 2_500_000_000, system_nanoseconds: 100_000_000, voluntary_switches: 77,
        involuntary_switches: 8, peak_bytes: 10 << 20),
      violations: (violations, violations.count + moreViolations), hang: hang,
      wasInterrupted: wasInterrupted)
    return Report(result, command: "lockstress --seed 1").text.split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { String($0) }
  }

  private func words(_ line: String?) -> [Substring]? {
    line?.split(separator: " ")
  }

  @Test func showsTheLoadHeld() throws {
    let lines = report()
    #expect(
      words(lines.first) == ["lock", "operation", "performed", "refused", "interrupted", "longest", "wait"])
    #expect(
      words(lines.first { $0.contains("  lock  ") }) == ["RawMutex", "lock", "1", "0", "0", "12.3", "ms"])
    #expect(words(lines.first { $0.contains("  timed  ") }) == ["timed", "0", "1", "0", "-"])
    let holds = try #require(lines.firstIndex { $0.contains("long holds") })
    #expect(words(lines[holds + 2]) == ["RawMutex", "41", "1", "20.0", "ms"])
    let overtaking = try #require(lines.firstIndex { $0.contains("most overtaken") })
    #expect(words(lines[overtaking + 2]) == ["RawMutex", "1", "7", "24"])
  }

  @Test func showsWhatItCost() {
    let lines = report()
    #expect(lines.contains { $0.hasSuffix("32 and 4 helpers; 16.0 for each of 2 CPUs") })
    #expect(lines.contains { $0.hasSuffix("2.5 s in user mode, 0.1 s in the kernel") })
    #expect(lines.contains { $0.hasSuffix("77 voluntary, 8 involuntary context switches") })
    #expect(lines.contains { $0.hasSuffix("10.0 MiB at most") })
  }

  @Test func showsTheNoiseSurvived() throws {
    let lines = report(noise: [NoiseAccount(.oneCPU, "3 periods"), NoiseAccount(.signals, "9 sent")])
    let start = try #require(lines.firstIndex { words($0) == ["noise", "survived"] })
    #expect(lines[(start + 2)...(start + 3)] == ["one-cpu  3 periods", "signals  9 sent"])
    #expect(!report().contains { $0.contains("survived") })
  }

  @Test func theVerdictOfACleanRun() {
    #expect(report().last == "1234 operations in 5 rounds, 3650.0 s; 0 violations")
    #expect(
      report(wasInterrupted: true).last
        == "1234 operations in 5 rounds, 3650.0 s; stopped early; 0 violations")
  }

  @Test func theVerdictWithViolations() {
    let violation = Violation(what: "w", thread: "worker 1", place: "RawMutex #0, 'lock'", round: 5)
    #expect(
      report(violations: [violation], moreViolations: 2).suffix(4) == [
        "1234 operations in 5 rounds, 3650.0 s; 3 violations",
        "violation: w [worker 1, RawMutex #0, 'lock', round 5]",
        "and 2 more",
        "repeat with: lockstress --seed 1",
      ])
  }

  @Test func theVerdictOfAHangNeedsNoAccount() {
    let lines = report(hang: ["worker 1 waits"])
    #expect(!lines.contains { $0.contains("performed") })
    #expect(
      lines.suffix(4) == [
        "1234 operations in 5 rounds, 3650.0 s; 1 violation",
        "violation: no waiter left behind: threads make no progress [round 5]",
        "  worker 1 waits",
        "repeat with: lockstress --seed 1",
      ])
  }

  @Test(arguments: [
    (0, "0 ns"), (999, "999 ns"), (1_000, "1.00 us"), (20_500_000, "20.5 ms"), (61_000_000_000, "61.0 s"),
  ])
  func timesHaveTheUnitThatSuits(nanoseconds: UInt64, text: String) {
    #expect(formatTime(nanoseconds) == text)
  }
}
