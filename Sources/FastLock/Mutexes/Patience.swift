/// How long waiters wait for what. Measured in November 2026 on two vCPUs each of an AMD EPYC and an Intel Xeon, Linux 6.18.
@usableFromInline
package enum Patience {
  /// After this time a waiter is starving, and served in order. Long enough that nobody is in the ordinary course of
  /// contention, since a hand-over leaves the lock idle until the new owner runs.
  package static var ofWaiters: Duration { .milliseconds(1) }

  /// After this time a hand-over has lasted too long for certain: see ``MutexWord/hasLasted(_:at:)``.
  static var withHandOver: Duration { .nanoseconds(2 << 20) }

  /// By then every store is in memory that was under way: see ``AsymmetricMutex``. Ten thousand times what it takes.
  static var forStores: Duration { .milliseconds(64) }

  /// The highest rank of a starving waiter. The ranks below last for 0.5 s.
  package static var highestRank: UInt32 { 7 }

  /// So many unlocks within a millisecond of a call tell that sections are short, below some 70 us, and that it is dear to
  /// have each pass the slow half. As many as there are bits for, in the word.
  static var unlocksOfShortSections: UInt32 { 15 }

  /// When a starving waiter that has starved for `time` looks by itself next: after as long again.
  package static func beforeLook(havingStarvedFor time: Duration) -> Duration { max(.milliseconds(4), time) }

  /// For how many spin budgets a head polls: 60 us, two wake-ups of a thread. Without it 64 threads on 64 CPUs with 1 us
  /// inside and outside had 0.6 of the throughput, in a simulation.
  static var spinBudgetsOfHead: UInt32 { 6 }
}
