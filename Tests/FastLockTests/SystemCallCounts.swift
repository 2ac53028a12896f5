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

  /// The futex calls that a scenario of fault-probe makes between its marks, for each pair of marks.
  private func futexCalls(_ scenario: String) throws -> [[Substring]] {
    // To strace's standard error, which the scenario leaves empty.
    let trace = try ChildProcess.run(
      systemExecutable("strace"),
      [
        "-f", "-qq", "-e", "trace=futex,write", "-e", "signal=none", siblingExecutable("fault-probe"),
        scenario,
      ])
    try #require(trace.succeeded, "\(trace)")

    var calls: [[Substring]] = []
    var isBetweenMarks = false
    for line in trace.errorOutput.split(separator: "\n") {
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
}
