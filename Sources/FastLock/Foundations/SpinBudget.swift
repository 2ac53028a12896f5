import CFutex
import Synchronization

/// For how long a waiter polls before it sleeps, and the units in which it reckons: pauses of this CPU and ticks of its
/// counter. How it spends them is a ``Poller``'s to say.
@usableFromInline
package struct SpinBudget: Sendable {
  /// The sum of all gaps of one waiter, in pauses.
  package let pauses: UInt32
  package let pausesPerMicrosecond: UInt32
  /// Zero if the counter is too coarse to time a look.
  package let ticksPerPause: UInt32
  /// What a timed look takes if the cache line is in this CPU's cache.
  package let lookTicks: UInt32

  package init(
    pauses: UInt32, pausesPerMicrosecond: UInt32 = 1, ticksPerPause: UInt32 = 0, lookTicks: UInt32 = 0
  ) {
    self.pauses = pauses
    self.pausesPerMicrosecond = pausesPerMicrosecond
    self.ticksPerPause = ticksPerPause
    self.lookTicks = lookTicks
  }

  package static var none: SpinBudget { SpinBudget(pauses: 0) }

  /// At least one.
  func pauses(nanoseconds: UInt32) -> UInt32 { max(1, nanoseconds * pausesPerMicrosecond / 1_000) }

  /// At least one. Without a clock a tick stands for a pause.
  func pauses(ticks: UInt32) -> UInt32 { max(1, ticks / max(1, ticksPerPause)) }

  func ticks(nanoseconds: UInt32) -> UInt32 {
    nanoseconds * pausesPerMicrosecond * ticksPerPause / 1_000
  }

  /// 10 us in all, half of what it costs to wake a thread on an idle CPU, as measured in November 2026 on two vCPUs of an
  /// AMD EPYC under Linux 6.18. To poll for longer gained nothing there, and made waits longer where threads are many.
  private init(_ units: SpinUnits) {
    self.init(
      pauses: 10 * units.pausesPerMicrosecond, pausesPerMicrosecond: units.pausesPerMicrosecond,
      ticksPerPause: units.ticksPerPause, lookTicks: units.lookTicks)
  }

  /// Made when a thread first meets a taken lock. Threads that meet one at the same time each make their own: nobody
  /// waits here, since in the child of a fork the thread to wait for might not exist.
  static var calibrated: SpinBudget {
    if let known = SpinUnits(packed: cache.load(ordering: .relaxed)) { return SpinBudget(known) }
    let units = SpinUnits.measured()
    cache.store(units.packed, ordering: .relaxed)
    return SpinBudget(units)
  }

  /// Packed units, 0 as long as they are not known.
  private static let cache = Atomic<UInt64>(0)
}
