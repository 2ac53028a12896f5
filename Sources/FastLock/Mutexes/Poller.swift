/// How one waiter polls: when it looks at the lock again, and what it makes of what it sees.
///
/// A look that has to fetch the cache line takes it from the owner, who has to fetch it back, and tells that others have
/// written since the last look. A look at a line that is still here costs nobody anything, and tells that the section goes
/// on. How long the look took says which it was. So:
///
/// - While the line stays here, look often: be there when the section ends.
/// - A lock that becomes free after a short stay may be taken again at once. Look again; if the line is still here by
///   then, take the lock.
/// - Who has to fetch the line twice in a row stays away for some microseconds: sections are short, and the owner takes the
///   lock again and again for less than it costs to hand it over. After that, take the lock when a look finds it free.
///
/// For how long to stay away depends on what the fetch cost: from another core it may be five times as much as from the
/// other hyper-thread of this one, and a virtual machine is moved between these. BENCHMARKS.md tells what else was tried.
package struct Poller: Sendable {
  private enum Stance {
    case open
    /// The line had to be fetched.
    case suspicious
    /// Sections are short: comes back from a long gap.
    case aloof
  }

  private let budget: SpinBudget
  private var left: UInt32
  private var stance = Stance.open
  /// The gap before the next look, in pauses.
  private var gap: UInt32
  /// For how long the line has stayed here, in pauses.
  private var stay: UInt32 = 0
  private var wasFree = false

  package init(_ budget: SpinBudget) {
    self.budget = budget
    left = budget.pauses
    gap = 1
    gap = pauses(nanoseconds: 60)
  }

  /// Whether any of the budget is left.
  package var mayPoll: Bool { left > 0 }

  package mutating func giveUp() { left = 0 }

  /// The next gap, in pauses.
  package mutating func spendGap() -> UInt32 {
    left -= min(gap, left)
    stay += gap
    return gap
  }

  /// Whether to try to take the lock, after a look that took so many ticks.
  package mutating func shouldTake(isFree: Bool, ticks: UInt32) -> Bool {
    defer { wasFree = isFree }
    guard let cost = costOfFetch(isFree, ticks) else {
      stance = .open
      gap = min(max(1, stay / 8), pauses(nanoseconds: 100))
      return isFree
    }
    if isFree && (stance == .aloof || stay >= pauses(nanoseconds: 120)) { return true }
    if stance == .suspicious {
      stance = .aloof
      gap = pauses(nanoseconds: 2_000) + pauses(ticks: 20 * cost)
    } else {
      stance = .suspicious
      gap = isFree ? pauses(ticks: cost) : pauses(nanoseconds: 60)
    }
    stay = 0
    return false
  }

  /// Another thread was quicker to take the lock.
  package mutating func loseRace() {
    stance = .aloof
    stay = 0
    gap = pauses(nanoseconds: 2_000)
  }

  /// What it took to fetch the line, in ticks; nil if it was still here.
  private func costOfFetch(_ isFree: Bool, _ ticks: UInt32) -> UInt32? {
    // Without a clock all that is seen of a write is a change, and a fetch costs what it mostly does.
    guard budget.ticksPerPause > 0 else { return isFree == wasFree ? nil : pauses(nanoseconds: 60) }
    let cost = ticks > budget.lookTicks ? ticks - budget.lookTicks : 0
    // An interrupt may have come between.
    return cost > self.ticks(nanoseconds: 15) ? min(cost, self.ticks(nanoseconds: 400)) : nil
  }

  // MARK: Units

  private func pauses(nanoseconds: UInt32) -> UInt32 {
    max(1, nanoseconds * budget.pausesPerMicrosecond / 1_000)
  }

  private func pauses(ticks: UInt32) -> UInt32 { max(1, ticks / max(1, budget.ticksPerPause)) }

  private func ticks(nanoseconds: UInt32) -> UInt32 {
    nanoseconds * budget.pausesPerMicrosecond * budget.ticksPerPause / 1_000
  }
}
