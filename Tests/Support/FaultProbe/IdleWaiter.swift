import CTestSupport
import FastLock
import Synchronization
import TestSupport

/// A waiter that gets a CPU only where nobody else wants one, beside threads that always do: SCHED_IDLE of sched(7).
///
/// Who holds the lock for long and wants it back soon waits for that waiter no longer than a hand-over may last.
func idleWaiter() throws {
  for kind in [LockKind.rawMutex, .lock] { try contend(kind.make()) }
}

private func contend(_ lock: any AnyLock) throws {
  let isOver = Flag()
  let threads = try lock.withLock {
    let idle = TestThread {
      check(test_run_on_cpu(0, 0) == 0, "a thread can be bound to a CPU")
      if test_run_when_idle() != 0 { refuse("SCHED_IDLE is not to be had") }
      while !isOver.isSet {
        lock.withLock {}
        // The less often it loses its CPU while it holds the lock, the less others wait for that.
        nap(.milliseconds(1))
      }
    }
    try waitUntilStarving([idle.kernelID])
    // Several for each: beside one alone the waiter has its turn soon enough.
    let busy = (0..<4 * test_usable_cpus()).map { index in
      TestThread {
        check(test_run_on_cpu(0, index / 4) == 0, "a thread can be bound to a CPU")
        while !isOver.isSet { Hardware.pause() }
      }
    }
    return busy + [idle]
  }
  var longest = Duration.zero
  for _ in 0..<50 {
    nap(.microseconds(200))
    let start = monotonicNow()
    lock.withLock {
      longest = max(longest, monotonicNow() - start)
      nap(.milliseconds(3))
    }
  }
  isOver.set()
  for thread in threads { try thread.join() }
  mark("the longest wait: \(longest)")
  // Without a limit to hand-overs it is several seconds; this thread, too, now and then waits for a CPU.
  check(longest < .milliseconds(250), "every wait is short")
}

private final class Flag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .relaxed) }

  func set() { value.store(true, ordering: .relaxed) }
}
