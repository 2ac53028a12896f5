/// What shows locks at work.
let lockScenarios: [String: @Sendable () throws -> Void] = [
  "uncontended-pairs": uncontendedPairs,
  "failing-tries": failingTries,
  "pairs-after-contention": pairsAfterContention,
  "fork-free": forkWithFreeLocks,
  "fork-own": forkWithOwnLocks,
  "fork-foreign": forkWithForeignLocks,
  "fork-waiters": forkWithWaiters,
  "fork-marked": forkWithMarkedWaiters,
  "fork-handed": forkWithHandedLocks,
  "fork-main": forkFromAnotherThread,
  "interrupts-pending": interruptsPending,
  "interrupt-asleep": interruptAsleep,
  "interrupt-others": interruptReachesMainOnly,
  "interrupt-race": interruptRacesSleep,
  "interruption-late": interruptionNoticedLate,
  "interrupts-without-wakes": interruptsWithoutWakes,
]
