import CStressSupport
import Synchronization
import Testing

@testable import lockstress

@Suite struct LoadGateTests {
  /// Far beyond what any machine needs.
  private var deadline: UInt64 { stress_now() + 60_000_000_000 }

  @Test func stopsAllAndStartsAllAgain() {
    let gate = LoadGate()
    let steps = (0..<4).map { _ in Steps() }
    let threads = steps.map { steps in
      NativeThread {
        gate.enter()
        while !steps.isOver.load(ordering: .relaxed) {
          if gate.isStopped {
            gate.leave()
            gate.enter()
          }
          steps.count.wrappingAdd(1, ordering: .relaxed)
        }
        gate.leave()
      }
    }
    for _ in 0..<20 {
      // Everyone runs ...
      let before = steps.map(\.made)
      waitUntil { zip(steps, before).allSatisfy { $0.made > $1 } }
      // ... and then nobody.
      #expect(gate.stop())
      while !gate.isStill(by: deadline) {}
      let still = steps.map(\.made)
      stress_sleep(10_000)
      #expect(steps.map(\.made) == still)
      gate.start()
    }
    for step in steps { step.isOver.store(true, ordering: .relaxed) }
    for thread in threads { thread.join() }
    #expect(gate.isStill(by: 0))
    #expect(!gate.stop())
  }

  private func waitUntil(_ condition: () -> Bool) {
    while !condition() { stress_sleep(1_000) }
  }
}

private final class Steps: Sendable {
  let count = Atomic<Int>(0)
  let isOver = Atomic<Bool>(false)
  var made: Int { count.load(ordering: .relaxed) }
}
