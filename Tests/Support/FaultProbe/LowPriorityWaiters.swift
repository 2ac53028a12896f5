import CTestSupport
import FastLock
import Synchronization
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A waiter that gets a CPU late or seldom, beside threads that always want one.
///
/// Who holds the lock for long and wants it back soon waits for that waiter no longer than a hand-over may last. What
/// pthread_mutex gives is printed beside.
func waitBesideBusy(
  _ waiter: test_urgency, busy: test_urgency = TEST_ORDINARY, important: test_urgency = TEST_ORDINARY
) throws {
  let contention = UnequalContention(waiter: waiter, busy: busy, important: important)
  for kind in [LockKind.rawMutex, .lock] {
    let lock = kind.make()
    let longest = try contention.longestWait(waitUntilStarving) { body in
      try lock.withLock { try body() }
    }
    mark("\(kind): the longest wait: \(longest)")
    // Without a limit to hand-overs it is several seconds; this thread, too, now and then waits for a CPU.
    check(longest < .milliseconds(250), "every wait is short")
  }
  let opponent = PThreadMutex()
  let longest = try contention.longestWait({ _ in nap(.milliseconds(10)) }, opponent.withLock)
  mark("pthread_mutex: the longest wait: \(longest)")
}

private struct UnequalContention {
  let waiter: test_urgency
  let busy: test_urgency
  let important: test_urgency

  /// Of the calling thread, for a lock that it takes again and again. `waitUntilWaiting` returns once the less urgent
  /// thread waits in earnest.
  func longestWait(
    _ waitUntilWaiting: ([KernelThreadID]) throws -> Void,
    _ withLock: @escaping @Sendable (() throws -> Void) throws -> Void
  ) throws -> Duration {
    let isOver = Flag()
    var threads: [TestThread<Void>] = []
    try withLock {
      let late = TestThread {
        check(test_run_on_cpu(0, 0) == 0, "a thread can be bound to a CPU")
        check(test_set_urgency(waiter) == 0, "the waiter can be made less urgent")
        while !isOver.isSet {
          try withLock {}
          // The less often it loses its CPU while it holds the lock, the less others wait for that.
          nap(.milliseconds(1))
        }
      }
      try waitUntilWaiting([late.kernelID])
      // Several for each: beside one alone the waiter has its turn soon enough.
      let others = (0..<4 * test_usable_cpus()).map { index in
        TestThread {
          check(test_run_on_cpu(0, index / 4) == 0, "a thread can be bound to a CPU")
          check(test_set_urgency(busy) == 0, "busy threads can be made urgent")
          while !isOver.isSet { Hardware.pause() }
        }
      }
      threads = others + [late]
    }
    defer { check(test_set_urgency(TEST_ORDINARY) == 0, "urgency can be given up") }
    check(test_set_urgency(important) == 0, "the important thread can be made urgent")
    var longest = Duration.zero
    for _ in 0..<50 {
      nap(.microseconds(200))
      let start = monotonicNow()
      try withLock {
        longest = max(longest, monotonicNow() - start)
        nap(.milliseconds(3))
      }
    }
    isOver.set()
    for thread in threads { try thread.join() }
    return longest
  }
}

@safe private final class PThreadMutex: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { unsafe pthread_mutex_init(mutex, nil) }

  deinit { unsafe mutex.deallocate() }

  func withLock(_ body: () throws -> Void) throws {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    try body()
  }
}

private final class Flag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .relaxed) }

  func set() { value.store(true, ordering: .relaxed) }
}
