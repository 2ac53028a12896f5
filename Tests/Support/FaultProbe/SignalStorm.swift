import CTestSupport
import FastLock
import Synchronization
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Sends signals to threads until their handlers have run `count` times more; returns how often they ran.
private func storm(upon threads: [KernelThreadID], _ count: Int) throws -> Int {
  let former = Int(test_all_counted_signals())
  var handled = 0
  try waitUntil("\(count) signals to be handled") {
    for thread in threads { thread.signal(SIGUSR1) }
    handled = Int(test_all_counted_signals()) - former
    return handled >= count
  }
  return handled
}

/// Signals rain on threads that compete for locks, and on one that waits interruptibly. The argument says whether their
/// handlers were installed with SA_RESTART.
func signalStorm() throws {
  let restart = scenarioArguments.first == "restart"
  let leastSignals = 300
  check(test_count_signal(SIGUSR1, restart) == 0, "a handler can be installed")
  let fault = restart ? "signals-restart" : "signals"
  try contend(under: fault) { contest in
    try storm(upon: contest.threads.map(\.kernelID), leastSignals)
  }

  let start = monotonicNow()
  let lock = Lock()
  let interruptions = InterruptionCount()
  lock.acquire()
  let waiter = TestThread {
    let taken = lock.acquireInterruptibly { interruptions.value.add(1, ordering: .relaxed) }
    try lock.release()
    return taken
  }
  try waitUntilAsleep([waiter.kernelID])
  var handled = 0
  // A signal that comes between two sleeps interrupts none.
  while interruptions.value.load(ordering: .relaxed) <= leastSignals {
    handled += try storm(upon: [waiter.kernelID], leastSignals)
  }
  try lock.release()
  let isLost = try !waiter.join() || lock.isLocked
  let survived = interruptions.value.load(ordering: .relaxed)
  tell("\(fault):interruptible", injected: handled, survived: survived, lost: isLost ? 1 : 0, since: start)
}

private final class InterruptionCount: Sendable {
  let value = Atomic(0)
}
