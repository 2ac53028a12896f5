/// How one waiter polls: when it looks at the lock again, and what it makes of what it sees.
///
/// A look that has to fetch the cache line takes it from the owner, who has to fetch it back, and tells that others have
/// written since the last look. A look at a line that is still here costs nobody anything, and tells that the section goes
/// on. How long the look took says which it was. So:
///
/// - While the line stays here, look often: be there when the section ends.
/// - A lock that becomes free after a short stay may be taken again at once. Look again; if the line is still here by
///   then, take the lock.
/// - Who has to fetch the line and finds the lock taken again, or has to fetch it twice in a row, stays away for a
///   microsecond or more: sections are short, and the owner takes the lock again and again for less than it costs to hand
///   it over. After that, take the lock when a look finds it free. That look is not timed: to time it is to wait for it,
///   and an owner who wants the lock back is quicker than that.
///
/// For how long to stay away depends on what the fetch cost: from a core with another cache it may be five times as much as
/// from one that shares this core's, and a virtual machine is moved between these. A stay is short under 120 ns whatever
/// a fetch costs: it tells of the section. BENCHMARKS.md has what else was tried.
package struct Poller: Sendable {
  private enum Stance {
    case open
    /// Sections may be short.
    case suspicious
    /// Sections are short: a long gap is next.
    case aloof
  }

  private let budget: SpinBudget
  private var left: UInt32
  private var hasAsked = false
  private var stance = Stance.open
  /// The gap before the next look, in pauses.
  private var gap: UInt32
  /// For how long the line has stayed here, in pauses.
  private var stay: UInt32 = 0
  private var wasFree = false

  package init(_ budget: SpinBudget) {
    self.budget = budget
    left = budget.pauses
    gap = Self.shortGap(budget)
  }

  /// Whether any of the budget is left.
  package var mayPoll: Bool { left > 0 }

  package mutating func giveUp() { left = 0 }

  /// True once, after the first microsecond: what polls for no longer shall not pay for an answer.
  package mutating func mustAskWhetherPollingHelps() -> Bool {
    guard !hasAsked, budget.pauses - left >= budget.pauses(nanoseconds: 1_000) else { return false }
    hasAsked = true
    return true
  }

  /// The next gap, in pauses.
  package mutating func spendGap() -> UInt32 {
    left -= min(gap, left)
    stay += gap
    return gap
  }

  /// Whether the next look is to be timed. Not the one after a long gap.
  package var timesNextLook: Bool { stance != .aloof }

  /// Whether to try to take the lock, after a look that took so many ticks; nil if it was not timed.
  package mutating func shouldTake(isFree: Bool, ticks: UInt32?) -> Bool {
    defer { wasFree = isFree }
    guard let ticks else {
      if !isFree { suspect(gap: Self.shortGap(budget)) }
      return isFree
    }
    guard let cost = costOfFetch(isFree, ticks) else {
      stance = .open
      gap = min(max(1, stay / 8), budget.pauses(nanoseconds: 100))
      return isFree
    }
    if isFree && stay >= budget.pauses(nanoseconds: 120) { return true }
    if isFree && stance == .open {
      suspect(gap: budget.pauses(ticks: cost))
    } else {
      stayAway(gap: budget.pauses(nanoseconds: 1_000) + budget.pauses(ticks: 20 * cost))
    }
    return false
  }

  /// Another thread was quicker to take the lock.
  package mutating func loseRace() { stayAway(gap: budget.pauses(nanoseconds: 1_000)) }

  private mutating func suspect(gap: UInt32) {
    stance = .suspicious
    self.gap = gap
    stay = 0
  }

  private mutating func stayAway(gap: UInt32) {
    stance = .aloof
    self.gap = gap
    stay = 0
  }

  private static func shortGap(_ budget: SpinBudget) -> UInt32 { budget.pauses(nanoseconds: 60) }

  /// What it took to fetch the line, in ticks; nil if it was still here.
  private func costOfFetch(_ isFree: Bool, _ ticks: UInt32) -> UInt32? {
    // Without a clock all that is seen of a write is a change, and a fetch costs what it mostly does.
    guard budget.ticksPerPause > 0 else { return isFree == wasFree ? nil : budget.pauses(nanoseconds: 60) }
    let cost = ticks > budget.lookTicks ? ticks - budget.lookTicks : 0
    // An interrupt may have come between.
    return cost > budget.ticks(nanoseconds: 15) ? min(cost, budget.ticks(nanoseconds: 400)) : nil
  }
}
