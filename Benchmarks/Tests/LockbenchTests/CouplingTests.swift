import ArgumentParser
import BenchSupport
import Testing

@testable import lockbench

/// Nobody waits for it: it protects nothing.
private struct ScopedOnlyLock: MeasuredLock, ~Copyable {
  borrowing func withLock(_ body: () -> Void) { body() }
}

/// Tells how many of its kind are held.
private struct CountingLock: BasicLockable, ~Copyable {
  nonisolated(unsafe) static var held = 0
  nonisolated(unsafe) static var mostHeld = 0

  borrowing func withLock(_ body: () -> Void) { body() }

  borrowing func acquire() {
    Self.held += 1
    Self.mostHeld = max(Self.mostHeld, Self.held)
  }

  borrowing func release() { Self.held -= 1 }
}

@Suite struct CouplingTests {
  private let timing = Crew.Timing(warmUp: 1_000_000, window: 5_000_000)

  @Test(arguments: Registry.locks.filter { $0.cells.coupling != nil })
  func everyLockComesOutRight(opponent: Opponent<MutexCells>) throws {
    let measure = try #require(opponent.cells.coupling)
    let measurement = try measure(3, 3, timing)
    #expect(measurement.isIntact)
    #expect(measurement.operations > 0)
    #expect(measurement.operationsPerThread.reduce(0, +) == measurement.operations)
  }

  @Test func onlyScopedLocksStayAway() {
    #expect(Registry.locks.filter { $0.cells.coupling == nil }.map(\.id) == ["mutex"])
    #expect(MutexCells(ScopedOnlyLock.self).coupling == nil)
  }

  @Test func twoLocksAreHeldAtOnceAndInTheEndNone() throws {
    let measure = try #require(MutexCells(CountingLock.self).coupling)
    #expect(try measure(1, 0, timing).isIntact)
    #expect(CountingLock.held == 0 && CountingLock.mostHeld == 2)
  }

  @Test func theListIsAsLongAsItSaysAndItsNodesLieApart() {
    let list = CouplingList<FastLockRawMutex>()
    let nodes = Array(sequence(first: list.head) { $0.pointee.next })
    #expect(nodes.count == 20)
    let blocks = Set(
      nodes.flatMap { [UInt(bitPattern: $0.pointee.lock), UInt(bitPattern: $0.pointee.data)] })
    #expect(blocks.count == 40 && blocks.allSatisfy { $0.isMultiple(of: 128) })
  }

  @Test func couplingsAreChosenByName() throws {
    func ids(_ words: String...) throws -> [String] {
      try Arguments.parse(words).choice().workloads.map(\.id)
    }
    #expect(try ids("--workloads", "coupling") == ["coupling-2t", "coupling-16t"])
    #expect(try ids("--workloads", "coupling-7t,coupling-2t", "--threads", "5") == ["coupling-5t"])
    #expect(Set(Workload.full).isSuperset(of: Workload.couplings))
    #expect(Set(Workload.core).isDisjoint(with: Workload.couplings))
    for id in ["coupling-0t", "coupling-2", "coupling-1025t", "coupling-t"] {
      #expect(Workload(id: id) == nil)
    }
  }

  @Test func whoCannotTakePartIsNamed() throws {
    let choice = try Arguments.parse(["--workloads", "coupling-2t", "--opponents", "mutex,rawmutex"]).choice()
    let plan = Plan(choice, workUnit: WorkUnit(nanosecondsPerStep: 1), cpus: [0, 1])
    #expect(plan.cells.map { $0.entries.map(\.id) } == [["pthread", "control", "rawmutex"]])
    #expect(plan.omissions == ["coupling-2t: FastLock.Mutex has a scoped form only"])
  }
}
