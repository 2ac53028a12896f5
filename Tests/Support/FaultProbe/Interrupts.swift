import CTestSupport
import FastLock
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private struct Interrupted: Error {}

/// Interrupts of the main thread, without a wait.
func interruptsPending() {
  check(!MainThreadInterrupts.isPending && MainThreadInterrupts.take() == nil, "nothing is pending at first")
  for signal: CInt in [15, 2, 64, 1, 2] { MainThreadInterrupts.post(signal) }
  check(MainThreadInterrupts.isPending, "what was posted is pending")
  for expected: CInt in [1, 2, 15, 64] {
    check(MainThreadInterrupts.take() == expected, "equal ones coalesce and the lowest comes first")
  }
  check(!MainThreadInterrupts.isPending && MainThreadInterrupts.take() == nil, "nothing is left")
}

/// Waits interruptibly for `lock`, interrupted by another thread once asleep. Called by the main thread.
private func checkInterruptEndsSleep(of lock: Lock) throws {
  lock.acquire()
  let main = KernelThreadID.current
  let interrupter = TestThread {
    try waitUntilAsleep([main])
    MainThreadInterrupts.post(SIGTERM)
  }
  var calls = 0
  do {
    try lock.acquireInterruptibly { () throws(Interrupted) in
      calls += 1
      if MainThreadInterrupts.take() == SIGTERM { throw Interrupted() }
    }
    check(false, "the interrupt ends the wait")
  } catch {}
  check(calls == 2, "the closure ran before the sleep and for the interrupt")
  check(lock.isLocked, "the lock was not taken")
  try interrupter.join()
  try lock.release()
}

/// Waits interruptibly, interrupted on the way to sleep. Called by the main thread: no other would notice.
func checkInterruptPreventsSleep() {
  let lock = Lock()
  lock.acquire()
  var calls = 0
  do {
    try lock.acquireInterruptibly { () throws(Interrupted) in
      calls += 1
      guard calls == 1 else { throw Interrupted() }
      MainThreadInterrupts.post(SIGTERM)
    }
    check(false, "the interrupt ends the wait")
  } catch {}
  check(calls == 2 && MainThreadInterrupts.take() == SIGTERM, "the interrupt was noticed")
}

/// An interrupt of a sleeping main thread; a closure that leaves it pending is asked once for each.
func interruptAsleep() throws {
  try checkInterruptEndsSleep(of: Lock())

  let lock = Lock()
  lock.acquire()
  let main = KernelThreadID.current
  let seen = StartGate(parties: 2)
  let interrupter = TestThread {
    try waitUntilAsleep([main])
    MainThreadInterrupts.post(SIGINT)
    seen.pass()
    // Longer than a slice of the sleep: what was seen once must not be seen at each slice.
    nap(.milliseconds(50))
    try lock.release()
  }
  var calls = 0
  let taken = lock.acquireInterruptibly {
    calls += 1
    if calls == 2 { seen.pass() }
  }
  check(taken && calls == 2, "a pending interrupt does not keep the lock away")
  check(MainThreadInterrupts.take() == SIGINT, "what the closure left is still pending")
  try interrupter.join()
}

/// Other threads in interruptible waits on the same lock sleep on while the main thread is interrupted.
func interruptReachesMainOnly() throws {
  let lock = Lock()
  lock.acquire()
  let others = (0..<3).map { _ in
    TestThread {
      var calls = 0
      lock.acquireInterruptibly { calls += 1 }
      try lock.release()
      return calls
    }
  }
  let otherIDs = others.map(\.kernelID)
  try waitUntilStarving(otherIDs)
  let main = KernelThreadID.current
  let before = otherIDs.map(\.sleepCount)
  check(!before.contains(nil), "the kernel counts sleeps")
  let interrupts = 20
  for _ in 0..<interrupts {
    let interrupter = TestThread {
      try waitUntilAsleep([main])
      MainThreadInterrupts.post(SIGINT)
    }
    do {
      try lock.acquireInterruptibly { () throws(Interrupted) in
        if MainThreadInterrupts.take() != nil { throw Interrupted() }
      }
      check(false, "the interrupt ends the wait")
    } catch {}
    try interrupter.join()
  }
  // Now and then they look at the lock by themselves: twenty times only within ten seconds.
  let isUndisturbed = zip(before, otherIDs.map(\.sleepCount)).allSatisfy { former, now in
    (now ?? .max) - (former ?? 0) < interrupts
  }
  check(isUndisturbed, "nobody else was woken")
  try lock.release()
  for other in others { check(try other.join() == 1, "nobody else was interrupted") }
}

/// Interrupts posted at any moment of the way to sleep: each is noticed, though nobody releases the lock.
func interruptRacesSleep() throws {
  let rounds = 500
  let lock = Lock()
  lock.acquire()
  let ready = (0..<rounds).map { _ in StartGate(parties: 2) }
  let interrupter = TestThread {
    for round in 0..<rounds {
      ready[round].pass()
      for _ in 0..<(round % 64) * 16 { Hardware.pause() }
      MainThreadInterrupts.post(SIGINT)
    }
  }
  for round in 0..<rounds {
    ready[round].pass()
    do {
      try lock.acquireInterruptibly { () throws(Interrupted) in
        if MainThreadInterrupts.take() != nil { throw Interrupted() }
      }
      check(false, "the interrupt ends the wait")
    } catch {}
  }
  try interrupter.join()
  check(!MainThreadInterrupts.isPending, "none was left over")
}

/// A main thread that waits interruptibly all day does not wake up all day.
func interruptibleIdleness() throws {
  let lock = Lock()
  lock.acquire()
  let main = KernelThreadID.current
  let observer = TestThread {
    try waitUntilAsleep([main])
    let before = main.sleepCount
    nap(.seconds(3))
    let after = main.sleepCount
    try lock.release()
    return (before, after)
  }
  check(lock.acquireInterruptibly {}, "the lock is acquired")
  guard case (let before?, let after?) = try observer.join() else {
    return check(false, "the kernel counts sleeps")
  }
  report("\(after - before) wake-ups")
  check(after - before < 20, "the main thread sleeps ever longer")
}

/// The main thread in an interruptible wait is served before those that came later.
func interruptibleWaitKeepsItsPlace() throws {
  let rounds = 8
  // Everybody looks more rarely by then than the shortest slices end, and nobody at that moment.
  let served = try (0..<rounds).count { _ in try isServedBeforeLatecomers(after: .milliseconds(130)) }
  report("in its turn in \(served) of \(rounds) rounds")
  // In a round in which the process was stopped all look at once.
  check(served > rounds / 2, "who came first is served first")
}

/// The same when all have starved for so long that no rank tells them apart.
func longInterruptibleWaitKeepsItsPlace() throws {
  // The main thread's slice has ended at 5.1 s; the others have slept since 4.1 s and will until 8.2 s.
  check(try isServedBeforeLatecomers(after: .milliseconds(5_600)), "who came first is served first")
}

/// Whether the main thread, which calls it, gets the lock before those that came later.
private func isServedBeforeLatecomers(after time: Duration) throws -> Bool {
  let lock = Lock()
  lock.acquire()
  let main = KernelThreadID.current
  let latecomersServed = Locked(0)
  // The first in the queue, and the first to be served.
  let head = waiter(for: lock) {}
  try waitUntilStarving([head.kernelID])
  let director = TestThread {
    try waitUntilStarving([main])
    let latecomers = (0..<3).map { _ in
      nap(.milliseconds(10))
      return waiter(for: lock) { latecomersServed.withLock { $0 += 1 } }
    }
    nap(time)
    try lock.release()
    for thread in [head] + latecomers { try thread.join() }
  }
  check(lock.acquireInterruptibly {}, "the lock is acquired")
  let isFirst = latecomersServed.withLock { $0 } == 0
  try lock.release()
  try director.join()
  return isFirst
}

private func waiter(for lock: Lock, _ body: @escaping @Sendable () -> Void) -> TestThread<Void> {
  TestThread {
    lock.acquire()
    body()
    // Long enough that nobody overtakes by being quicker.
    nap(.milliseconds(1))
    try lock.release()
  }
}

/// Signals that interrupt the main thread's sleep, noticed when the slice of the sleep that they interrupted has passed:
/// the process is stopped for longer.
func interruptionNoticedLate() throws {
  check(test_count_signal(SIGUSR1, true) == 0, "a handler can be installed")
  let stopper = stopRepeatedly(20, running: 3_000...3_000, stopped: 25_000...25_000, thenSending: SIGUSR1)
  let lock = Lock()
  lock.acquire()
  var calls = 0
  do {
    try lock.acquireInterruptibly(timeout: .seconds(10)) { () throws(Interrupted) in
      calls += 1
      if calls == 2 { throw Interrupted() }
    }
    // Not every one of them: a signal that comes between two slices interrupts no sleep.
    check(false, "an interruption is noticed")
  } catch {}
  check(try stopper.status() == 0, "all stops were made")
}
