import CTestSupport
import FastLock
import TestSupport

/// Whether a thread with one CPU may poll, also one that had more when the process met its first contention, and one that
/// has more.
func spinBudgets() throws {
  let cpus = test_usable_cpus()
  let isBound = Locked(false)
  // Started first: a thread inherits the CPUs of the one that starts it.
  let other = TestThread {
    try waitUntil("the main thread to be restricted") { isBound.withLock { $0 } }
    return Hardware.mayPoll()
  }
  for kind in LockKind.allCases { try checkWorks(kind.make()) }
  let former = Hardware.spinBudget()
  check(
    former.pauses > former.pausesPerMicrosecond, "where polling helps it lasts for more than a microsecond")
  check(Hardware.mayPoll() == (cpus > 1), "a thread with several CPUs may poll")
  check(test_run_on_one_cpu(0) == 0, "a thread can be bound to a CPU")
  for _ in 0..<2 { check(!Hardware.mayPoll(), "a thread with one CPU may not poll") }
  isBound.withLock { $0 = true }
  check(try other.join() == (cpus > 1), "that is no reason for others not to")
}
