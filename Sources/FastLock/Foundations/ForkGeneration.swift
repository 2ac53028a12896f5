import Synchronization

/// Tells processes apart that come from each other by forks.
///
/// State that concerns other threads carries the generation in which it was made: another than the present one means
/// that those threads do not exist here.
package enum ForkGeneration {
  /// No process that this one comes from, and no thread of this one, has had a higher generation.
  private static let latest = Atomic<UInt32>(0)

  /// Never 0. Async-signal-safe.
  package static var current: UInt32 {
    let known = unsafe ProcessMemory.current.pointee.generation.load(ordering: .relaxed)
    return known != 0 ? known : begin()
  }

  /// The first to ask in a process. Several threads may be, and signal handlers in them; one of them decides.
  ///
  /// `latest` is raised before the process takes a generation, so that a child which is forked in between or later finds
  /// it raised, and its own is another. That some numbers go to nobody does no harm.
  @inline(never)
  private static func begin() -> UInt32 {
    var former = latest.load(ordering: .relaxed)
    while true {
      // Of all the numbers 0 is none.
      let next = former == .max ? 1 : former + 1
      let (isRaised, found) = latest.compareExchange(
        expected: former, desired: next, ordering: .acquiringAndReleasing)
      former = found
      guard isRaised else { continue }
      let (isTaken, taken) = unsafe ProcessMemory.current.pointee.generation.compareExchange(
        expected: 0, desired: next, ordering: .acquiringAndReleasing)
      return isTaken ? next : taken
    }
  }
}
