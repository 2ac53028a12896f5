import CFutex
import Synchronization

/// How long a waiter polls before it sleeps, in pauses of this CPU.
@usableFromInline
package struct SpinBudget: Sendable {
  /// The sum of all pauses of one waiter. Zero when polling cannot help.
  package let pauses: UInt32
  /// The gap between the first two looks at the word; it doubles from look to look.
  package let firstGap: UInt32
  /// The longest gap.
  package let longestGap: UInt32

  package init(pauses: UInt32, firstGap: UInt32 = 1, longestGap: UInt32) {
    self.pauses = pauses
    self.firstGap = firstGap
    self.longestGap = longestGap
  }

  // Measured in November 2026 on two vCPUs of a 2.5 GHz Xeon under Linux 6.18, with sections of 100 ns inside and
  // outside the lock and 16 threads, as multiples of pthread_mutex's throughput. Each look takes the lock's cache
  // line from its owner: a first gap of 60 ns reached 1.2, 500 ns 1.7, 1 us 1.8, 2 us 2.2, 4 us 2.2 with a less even
  // split among the threads. Between 2.5 and 50 us the sum of the pauses made no difference above the noise, and
  // neither did polling behind sleepers.

  /// In nanoseconds. About what it costs to wake a thread on an idle CPU: polling for longer than that costs more than
  /// it can save.
  private static let total: UInt64 = 20_000
  /// In nanoseconds. Long enough for the owner to take the lock again several times with its cache line at hand.
  private static let first: UInt64 = 2_000
  /// In nanoseconds.
  private static let longest: UInt64 = 4_000

  /// Made when a thread first meets a taken lock. Threads that meet one at the same time each make their own: nobody
  /// waits here, since in the child of a fork the thread to wait for might not exist.
  ///
  /// On one CPU polling only keeps the owner from running. That a thread may use one alone is asked of the system
  /// each time and not kept: it may be true of that thread and no other.
  static var calibrated: SpinBudget {
    let known = cache.load(ordering: .relaxed)
    guard known == 0 else { return SpinBudget(packed: known) }
    guard cfutex_usable_cpus() != 1 else { return SpinBudget(pauses: 0, longestGap: 1) }
    let budget = calibrate()
    cache.store(budget.packed, ordering: .relaxed)
    return budget
  }

  /// A packed budget, 0 if there is none yet.
  private static let cache = Atomic<UInt64>(0)

  /// A budget is never all zero: its longest gap is not.
  private var packed: UInt64 { UInt64(pauses) << 32 | UInt64(firstGap) << 16 | UInt64(longestGap) }

  private init(packed: UInt64) {
    self.init(
      pauses: UInt32(truncatingIfNeeded: packed >> 32), firstGap: UInt32(packed >> 16 & 0xffff),
      longestGap: UInt32(packed & 0xffff))
  }

  private static func calibrate() -> SpinBudget {
    let cost = pauseCost()
    func pauses(_ nanoseconds: UInt64) -> UInt32 {
      UInt32(UInt16(clamping: max(1, nanoseconds * 1_000 / cost)))
    }
    return SpinBudget(pauses: pauses(total), firstGap: pauses(first), longestGap: pauses(longest))
  }

  /// A pause in picoseconds. The least of several samples: whatever disturbs a sample makes it longer.
  private static func pauseCost() -> UInt64 {
    let pauses: UInt64 = 32
    var least = UInt64.max
    for _ in 0..<8 {
      let start = Hardware.now()
      for _ in 0..<pauses { Hardware.pause() }
      least = min(least, Hardware.now().nanoseconds - start.nanoseconds)
    }
    return max(1, least * 1_000 / pauses)
  }
}
