import CTestSupport
import FastLock
import TestSupport

/// The polling of a thread that has one CPU, and of one that has more.
func spinBudgets() throws {
  let cpus = test_usable_cpus()
  let mayPoll = Locked(false)
  // Started first: a thread inherits the CPUs of the one that starts it.
  let other = TestThread {
    try waitUntil("the main thread to be restricted") { mayPoll.withLock { $0 } }
    return Hardware.spinBudget()
  }
  check(test_run_on_one_cpu(0) == 0, "a thread can be bound to a CPU")
  for _ in 0..<2 { check(Hardware.spinBudget().pauses == 0, "a thread with one CPU does not poll") }
  mayPoll.withLock { $0 = true }
  check(try other.join().pauses > 0 || cpus == 1, "that is no reason for others not to")
}
