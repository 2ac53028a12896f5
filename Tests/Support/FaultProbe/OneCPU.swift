import CTestSupport
import TestSupport

/// Waits until threads have lost their CPU to others a number of times; returns how often they did.
private func waitForPreemptions() throws -> Int {
  let leastPreemptions = 50
  let former = test_preemptions()
  try waitUntil("\(leastPreemptions) preemptions") { test_preemptions() >= former + leastPreemptions }
  return test_preemptions() - former
}

/// Contention of threads that never had more than one CPU.
func contentionOnOneCPU() throws {
  check(test_run_on_one_cpu(0) == 0, "a thread can be bound to a CPU")
  try contend(under: "one-cpu") { _ in try waitForPreemptions() }
}

/// Contention of threads that are left with one CPU, though they poll as is right for several.
func contentionLeftWithOneCPU() throws {
  try contend(under: "left-with-one-cpu") { contest in
    for thread in contest.threads {
      check(test_run_on_one_cpu(thread.kernelID.rawValue) == 0, "a thread can be bound to a CPU")
    }
    return try waitForPreemptions()
  }
}
