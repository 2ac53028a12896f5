import TestSupport
import Testing

/// What locks cost in system calls, as strace sees it.
@Suite struct SystemCallCounts {
  @Test func aMillionUncontendedPairsMakeNoFutexCall() throws {
    #expect(try futexCalls("uncontended-pairs") == [[]])
  }

  @Test func failingTriesMakeNoFutexCall() throws {
    #expect(try futexCalls("failing-tries") == [[], [], [], []])
  }

  @Test func afterContentionOnlyTheFirstPairMakesAFutexCall() throws {
    let calls = try futexCalls("pairs-after-contention")
    #expect(calls.count == LockKind.allCases.count)
    #expect(calls.allSatisfy { $0.count <= 1 }, "\(calls)")
  }

  /// A main thread that an interrupt finds asleep is not left to notice it by itself.
  @Test func anInterruptWakesTheSleepingMainThread() throws {
    let trace = try traceFutexCalls("wakes-of-main")
    let wakes = trace.split(separator: "\n").filter { $0.contains("FUTEX_WAKE_BITSET") }
    #expect(wakes.contains { $0.hasSuffix(" = 1") }, "\(trace)")
  }

  /// The futex calls that a scenario of fault-probe makes between its marks, for each pair of marks.
  private func futexCalls(_ scenario: String) throws -> [[Substring]] {
    var calls: [[Substring]] = []
    var isBetweenMarks = false
    for line in try traceFutexCalls(scenario).split(separator: "\n") {
      if line.contains("\"begin\\n\"") {
        isBetweenMarks = true
        calls.append([])
      } else if line.contains("\"end\\n\"") {
        isBetweenMarks = false
      } else if isBetweenMarks && line.contains("futex(") {
        calls[calls.count - 1].append(line)
      }
    }
    return calls
  }

  /// To strace's standard error, which the scenario leaves empty.
  private func traceFutexCalls(_ scenario: String) throws -> String {
    let trace = try ChildProcess.run(
      systemExecutable("strace"),
      [
        "-f", "-qq", "-e", "trace=futex,write", "-e", "signal=none", siblingExecutable("fault-probe"),
        scenario,
      ])
    try #require(trace.succeeded, "\(trace)")
    return trace.errorOutput
  }
}
