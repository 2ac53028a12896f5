import CFutex

/// How long a waiter polls before it sleeps, in pauses of this CPU.
@usableFromInline
package struct SpinBudget: Sendable {
  /// The sum of all pauses of one waiter. Zero when polling cannot help.
  package let pauses: UInt32
  /// The longest gap between two looks at the word.
  package let longestGap: UInt32

  package init(pauses: UInt32, longestGap: UInt32) {
    self.pauses = pauses
    self.longestGap = longestGap
  }

  /// Polling pays while it is cheaper than being put to sleep and woken.
  static let nanoseconds: UInt64 = 2_500
  /// Between two looks the owner keeps its cache line.
  static let gapNanoseconds: UInt64 = 400

  /// Made once, when a thread first meets a taken lock.
  static let calibrated: SpinBudget = {
    guard cfutex_usable_cpus() != 1 else { return SpinBudget(pauses: 0, longestGap: 1) }
    let cost = pauseCost()
    return SpinBudget(
      pauses: UInt32(clamping: max(1, nanoseconds * 1_000 / cost)),
      longestGap: UInt32(clamping: max(1, gapNanoseconds * 1_000 / cost)))
  }()

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
