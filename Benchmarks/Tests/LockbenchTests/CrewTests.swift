import BenchSupport
import CBenchSupport
import Testing

@testable import lockbench

/// Runs its body twice: what it protects cannot come out right.
private struct StutteringLock: MeasuredLock, ~Copyable {
  borrowing func withLock(_ body: () -> Void) {
    body()
    body()
  }
}

@Suite struct CrewTests {
  private let timing = Crew.Timing(warmUp: 1_000_000, window: 5_000_000)

  @Test(arguments: Registry.locks)
  func everyLockComesOutRight(opponent: Opponent<MutexCells>) throws {
    let load = Load(inside: 3, outside: 3)
    for measurement in [
      try opponent.cells.uncontended(timing), try opponent.cells.contended(3, load, timing),
      try opponent.cells.latency(3, load, timing),
      try opponent.cells.sections(
        [
          SectionLoad(inside: .asleep(nanoseconds: 100_000), outside: .busy(steps: 3)),
          SectionLoad(inside: .busy(steps: 3), outside: .asleep(nanoseconds: 100_000)),
        ], timing),
    ] {
      #expect(measurement.isIntact)
      #expect(measurement.operations > 0)
      #expect(measurement.operationsPerThread.reduce(0, +) == measurement.operations)
      #expect(measurement.longestIdleSeconds == nil)
    }
    let latency = try #require(try opponent.cells.latency(2, load, timing).latency)
    #expect(latency.p50 <= latency.p99 && latency.p99 <= latency.p999)
    #expect(latency.p999 <= latency.p9999 && latency.p9999 <= latency.maximum)
  }

  @Test(arguments: Registry.batons)
  func everyBatonComesOutRight(opponent: Opponent<HandOverCell>) throws {
    let cpu = try #require(usableCPUs().first)
    let measurement = try opponent.cells.measure((cpu, cpu), timing)
    #expect(measurement.isIntact)
    #expect(measurement.operations > 0)
    // Nobody can take what has not been passed: each round trip is two switches at least.
    #expect(measurement.contextSwitchesPerOperation >= 1)
    let voluntary = try #require(measurement.voluntarySwitchesPerOperation)
    #expect(voluntary > 0 && voluntary <= measurement.contextSwitchesPerOperation)
  }

  @Test(arguments: Registry.threads)
  func everyThreadRuns(opponent: Opponent<ThreadStartCell>) throws {
    let measurement = try opponent.cells.measure(timing)
    #expect(measurement.isIntact)
    #expect(measurement.operations > 0)
  }

  @Test func aLockThatDoesNotProtectIsFoundOut() throws {
    let cells = MutexCells(StutteringLock.self)
    #expect(try !cells.uncontended(timing).isIntact)
    #expect(try !cells.contended(2, Load(inside: 0, outside: 0), timing).isIntact)
  }

  @Test func barriersOfTheWindowAreCounted() throws {
    var readings = [5, 12]
    let watch = try Crew.run(threads: 1, timing, countBarriers: { readings.removeFirst() }) { worker in
      while !worker.isOver { bench_store(worker.operations, bench_load(worker.operations) + 1) }
    }
    #expect(watch.processBarriers == 7)
    #expect(Measurement(competing: watch, isIntact: true).processBarriers == 7)
  }

  @Test func moreThreadsThanCPUsGetALongerWindow() {
    let many = Workload.contended(.init(threads: 64, inside: Nanoseconds(0), outside: Nanoseconds(0)))
    let few = Workload.contended(.init(threads: 2, inside: Nanoseconds(0), outside: Nanoseconds(0)))
    #expect(Crew.Timing(many, window: Nanoseconds(20_000_000), cpus: 2).window == 256_000_000)
    #expect(Crew.Timing(few, window: Nanoseconds(20_000_000), cpus: 2).window == 20_000_000)
    #expect(Crew.Timing(many, window: Nanoseconds(3_000_000_000), cpus: 2).window == 3_000_000_000)
  }
}
