import ArgumentParser
import BenchSupport
import Testing

@testable import lockbench

@Suite struct ArgumentsTests {
  private func choice(_ words: String...) throws -> Arguments.Choice {
    try Arguments.parse(words).choice()
  }

  @Test func withoutArgumentsTheCoreTable() throws {
    let choice = try choice()
    #expect(choice.workloads == Workload.core)
    #expect(choice.opponents == nil)
    #expect(choice.window == Nanoseconds(100_000_000))
    #expect(choice.rounds == 5)
  }

  @Test func fullContainsCoreMatrixAndLatenciesOnce() throws {
    let workloads = try choice("--full").workloads
    #expect(Set(workloads).isSuperset(of: Workload.core + Workload.matrix + Workload.latencies))
    #expect(Set(workloads).count == workloads.count)
    #expect(Workload.matrix.count == 54)
  }

  @Test func choosesOpponentsWorkloadsAndNumbers() throws {
    let choice = try choice(
      "--opponents", "mutex,nio", "--workloads", "uncontended,8t-500ns-2us", "--duration", "3s", "--rounds",
      "9")
    #expect(choice.opponents == ["mutex", "nio"])
    #expect(
      choice.workloads == [
        .uncontended, .contended(.init(threads: 8, inside: Nanoseconds(500), outside: Nanoseconds(2000))),
      ])
    #expect(choice.window == Nanoseconds(3_000_000_000))
    #expect(choice.rounds == 9)
  }

  @Test func threadsReplaceThoseOfContendedWorkloads() throws {
    let workloads = try choice("--workloads", "uncontended,2t-0-0,4t-0-0", "--threads", "3,5").workloads
    #expect(workloads.map(\.id) == ["3t-0-0", "5t-0-0"])
  }

  @Test func setsAreChosenByName() throws {
    #expect(try choice("--workloads", "latency").workloads == Workload.latencies)
    #expect(try choice("--workloads", "4t-0-0,matrix").workloads.count == Workload.matrix.count)
    #expect(
      try choice("--workloads", "latency", "--threads", "16,64").workloads.map(\.id) == [
        "latency-16t-100ns-100ns", "latency-16t-0-100ns", "latency-64t-100ns-100ns", "latency-64t-0-100ns",
      ])
  }

  @Test(arguments: [
    (["--opponents", "nobody"], "unknown opponent 'nobody'"),
    (["--opponents", ""], "unknown opponent ''"),
    (["--workloads", "2t-0"], "unknown workload '2t-0'"),
    (["--workloads", "0t-0-0"], "unknown workload '0t-0-0'"),
    (["--workloads", "2t-2s-0"], "unknown workload '2t-2s-0'"),
    (["--rounds", "0"], "--rounds 0"),
    (["--duration", "soon"], "--duration soon"),
    (["--duration", "0s"], "--duration 0s"),
    (["--duration", "10us"], "--duration 10us"),
    (["--threads", "0"], "--threads 0"),
    (["--threads", "2,many"], "--threads many"),
    (["--threads", "4", "--workloads", "uncontended"], "none of the workloads is a contended one"),
    (["--full", "--smoke"], "exclude each other"),
    (["--json", "x", "--csv", "x"], "the same file"),
  ])
  func refusesWithAReason(words: [String], reason: String) throws {
    let error = #expect(throws: (any Error).self) { try Arguments.parse(words) }
    let refused = try #require(error)
    #expect(Arguments.exitCode(for: refused) == .validationFailure)
    #expect(Arguments.message(for: refused).contains(reason))
  }

  @Test func everyWorkloadIsFoundByItsName() {
    for workload in Workload.full { #expect(Workload(id: workload.id) == workload) }
  }
}
