import CFutex
import Synchronization

/// How a waiter polls before it sleeps: numbers of pauses of this CPU.
///
/// Each look takes the lock's cache line from its owner. Where sections are short it pays to leave the owner alone for some
/// time, in which it takes the lock again and again; where they are long it pays to look often and be there when the lock
/// is free. Which it is shows in the first looks: a section that ends within them is short.
@usableFromInline
package struct SpinBudget: Sendable {
  /// The sum of all gaps of one waiter. Zero when polling cannot help.
  package let pauses: UInt32
  /// How many looks there are at first, to see how long sections are.
  package let firstLooks: UInt32
  /// The gap between those.
  package let lookGap: UInt32
  /// The gap after one of them found the lock free: it will be taken again at once.
  package let stepBack: UInt32
  /// The gap after the first looks; it doubles from look to look.
  package let firstGap: UInt32
  /// The longest of these gaps.
  package let longestGap: UInt32

  package init(
    pauses: UInt32, firstLooks: UInt32 = 0, lookGap: UInt32 = 1, stepBack: UInt32 = 1, firstGap: UInt32 = 1,
    longestGap: UInt32
  ) {
    self.pauses = pauses
    self.firstLooks = firstLooks
    self.lookGap = lookGap
    self.stepBack = stepBack
    self.firstGap = firstGap
    self.longestGap = longestGap
  }

  // Measured in November 2026 on two vCPUs of an AMD EPYC under Linux 6.18; BENCHMARKS.md tells what else was tried.

  /// Two looks in 100 ns, then gaps of 250 ns to 1 us, 20 us in all: about what it costs to wake a thread on an idle CPU.
  /// To poll for longer than that costs more than it can save.
  private init(pausesPerMicrosecond pauses: UInt32) {
    self.init(
      pauses: 20 * pauses, firstLooks: 2, lookGap: max(1, pauses / 20), stepBack: pauses,
      firstGap: max(1, pauses / 4), longestGap: pauses)
  }

  /// Made when a thread first meets a taken lock. Threads that meet one at the same time each make their own: nobody
  /// waits here, since in the child of a fork the thread to wait for might not exist.
  ///
  /// On one CPU polling only keeps the owner from running. That a thread may use one alone is asked of the system
  /// each time and not kept: it may be true of that thread and no other.
  static var calibrated: SpinBudget {
    let known = cache.load(ordering: .relaxed)
    guard known == 0 else { return SpinBudget(pausesPerMicrosecond: known) }
    guard cfutex_usable_cpus() != 1 else { return SpinBudget(pauses: 0, longestGap: 1) }
    let pauses = UInt32(min(max(1, 1_000_000 / pauseCost()), 1_000))
    cache.store(pauses, ordering: .relaxed)
    return SpinBudget(pausesPerMicrosecond: pauses)
  }

  /// Pauses in a microsecond, 0 as long as that is not known.
  private static let cache = Atomic<UInt32>(0)

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
