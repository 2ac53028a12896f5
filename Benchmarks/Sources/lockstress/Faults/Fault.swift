import ArgumentParser

/// A defect that ``FaultyLock`` has on purpose, to show that the stress finds its like.
enum Fault: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// It excludes nobody.
  case noExclusion = "no-exclusion"
  /// Some unlocks forget to wake a sleeper.
  case lostWakeup = "lost-wakeup"
  /// A release of an unlocked lock succeeds now and then.
  case surplusRelease = "surplus-release"
  /// A timed wait ends before its time.
  case earlyTimeout = "early-timeout"
  /// The lock looks locked after it was contended for.
  case dirtyWord = "dirty-word"
  /// A value comes out of the lock dead.
  case deadValue = "dead-value"
  /// A release writes to the lock after the next owner may have freed it.
  case lateWrite = "late-write"
  /// The lock goes to who has waited least.
  case starvation
  /// In the child of a fork a free lock is never to be had by a blocking call.
  case stuckAfterFork = "stuck-after-fork"
  /// In the child of a fork a timed wait takes a lock that another thread held.
  case takenAfterFork = "taken-after-fork"
}
