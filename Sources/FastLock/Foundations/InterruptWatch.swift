/// How many interrupts had been posted at some time. Two readings are compared for equality only.
@usableFromInline
package typealias InterruptCount = UInt32

/// What an interruptible wait knows of interrupts between its sleeps.
///
/// The main thread sleeps in slices: an interrupt that is posted between its last look and its sleep finds nobody to wake.
/// A slice bounds how late that one is noticed, and costs a wake-up and, in a queue, the place. So it lasts for as long as
/// nothing has happened before it: the slices double.
@usableFromInline
package struct InterruptWatch: Sendable {
  /// How many interrupts had been posted at the last look.
  package var seen: InterruptCount
  /// Since when nothing has happened; nil until the next sleep.
  private var quietSince: Deadline?
  /// A slice has ended a sleep from which no higher rank is left to go to.
  var hasLostPlace = false

  package init(seen: InterruptCount) {
    self.seen = seen
  }

  /// The end of a sleep that begins now.
  ///
  /// A waiter that starves looks by itself after as long again as it has starved (``Patience``), which keeps its place: up
  /// to the longest slice that comes first, as long as nothing has happened.
  package mutating func endOfSlice(at now: Deadline) -> Deadline {
    let start = quietSince ?? now
    quietSince = start
    // Computed, as all constants here: a global of a debug build is made on first use, perhaps at a fork.
    return now.advanced(by: min(max(now.since(start), Self.shortestSlice), Self.longestSlice))
  }

  package mutating func noteInterruption() { quietSince = nil }

  package static var shortestSlice: Duration { .milliseconds(10) }
  package static var longestSlice: Duration { .seconds(1) }
}
