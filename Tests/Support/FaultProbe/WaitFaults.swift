import FastLock
import TestSupport

/// Contention. Rules given as arguments begin in the middle of it, for each lock anew.
func contention() throws {
  let leastFaults = 100
  let rules = scenarioArguments
  let faults = InjectedFaults(rules)
  try contend(under: rules.isEmpty ? "contention" : rules.joined(separator: ",")) {
    faults.turn(false)
  } _: { _ in
    guard !rules.isEmpty else { return 0 }
    let former = faults.injected
    faults.turn(true)
    try faults.wait(for: leastFaults)
    return faults.injected - former
  }
}

/// Waits for a lock that stays taken, by each limit several times.
func timeOuts() throws {
  let limits = [1, 5, 20].map(Duration.milliseconds)
  for kind in LockKind.allCases {
    let began = monotonicNow()
    let lock = kind.make()
    let waiter = try lock.withLock {
      let waiter = TestThread {
        limits.filter { limit in
          let start = monotonicNow()
          return !lock.isTaken(for: limit) || monotonicNow() - start < limit
        }.count
      }
      try waitUntil("the waiter to give up") { waiter.hasEnded }
      return waiter
    }
    let early = try waiter.join()
    tell("time-outs:\(kind)", injected: 0, survived: limits.count, lost: early, since: began)
  }
}

private struct Enough: Error {}

/// An interruptible wait that is left after three interruptions.
func interruptibleWait() throws {
  let lock = Lock()
  lock.acquire()
  var calls = 0
  do {
    try lock.acquireInterruptibly { () throws(Enough) in
      calls += 1
      if calls == 4 { throw Enough() }
    }
    check(false, "the error ends the wait")
  } catch {}
  check(calls == 4, "the closure ran before the first sleep and after each interruption")
  check(lock.isLocked, "the lock was not taken")
}
