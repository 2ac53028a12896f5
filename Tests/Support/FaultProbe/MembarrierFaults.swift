import CTestSupport
import TestSupport

/// Contention while membarrier(2) begins to be refused: to this scenario, which asks on purpose, and to locks that meet
/// contention then.
func refusedMembarriers() throws {
  let ownCalls = 50
  let faults = InjectedFaults(scenarioArguments)
  try contend(under: scenarioArguments.joined(separator: ",")) {
    faults.turn(false)
  } _: { contest in
    check(test_query_membarrier() >= 0, "there is a membarrier")
    let former = faults.injected
    faults.turn(true)
    var refused = 0
    for _ in 0..<ownCalls where test_query_membarrier() < 0 { refused += 1 }
    check(refused > 0, "it is refused")
    for kind in LockKind.allCases { try checkWorks(kind.make()) }
    try contest.waitForProgress()
    let injected = faults.injected - former
    check(injected > refused, "it is refused to locks")
    return injected
  }
}
