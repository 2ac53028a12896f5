import CFutex

/// What a pause and a look take on this machine.
struct SpinUnits {
  let pausesPerMicrosecond: UInt32
  /// Zero if the counter is too coarse to tell a look in this CPU's cache from one in another's: some 30 ns.
  let ticksPerPause: UInt32
  let lookTicks: UInt32

  /// The least of several samples each: whatever disturbs a sample makes it longer.
  static func measured() -> SpinUnits {
    var nanoseconds = UInt64.max
    var pauseTicks = UInt32.max
    var lookTicks = UInt32.max
    var word: UInt32 = 0
    for _ in 0..<8 {
      // A clock that steps back in between makes the sample a long one.
      let start = Hardware.now()
      let startTicks = cfutex_cycles()
      for _ in 0..<repetitions { Hardware.pause() }
      pauseTicks = min(pauseTicks, cfutex_cycles() &- startTicks)
      nanoseconds = min(nanoseconds, Hardware.now().nanoseconds &- start.nanoseconds)
      lookTicks = min(lookTicks, unsafe withUnsafeMutablePointer(to: &word) { unsafe ticks(ofLooksAt: $0) })
    }
    return SpinUnits(nanoseconds: nanoseconds, pauseTicks: pauseTicks, lookTicks: lookTicks)
  }

  private static let repetitions: UInt32 = 32

  private static func ticks(ofLooksAt word: Hardware.Word) -> UInt32 {
    var sum: UInt32 = 0
    for _ in 0..<repetitions { unsafe sum &+= Hardware.timedLoad(word, at: "calibrate").ticks }
    return sum
  }

  /// - Parameters: what all repetitions took.
  private init(nanoseconds: UInt64, pauseTicks: UInt32, lookTicks: UInt32) {
    let pauses = 1_000 * UInt64(Self.repetitions) / max(1, nanoseconds)
    pausesPerMicrosecond = UInt32(min(max(1, pauses), 1_000))
    let isCoarse = UInt64(pauseTicks) * 5 < nanoseconds
    ticksPerPause = isCoarse ? 0 : min(max(1, pauseTicks / Self.repetitions), 0xffff)
    self.lookTicks = min(lookTicks / Self.repetitions, 0xffff)
  }

  // MARK: In one word

  var packed: UInt64 {
    UInt64(pausesPerMicrosecond) | UInt64(ticksPerPause) << 16 | UInt64(lookTicks) << 32
  }

  init?(packed: UInt64) {
    guard packed != 0 else { return nil }
    pausesPerMicrosecond = UInt32(truncatingIfNeeded: packed & 0xffff)
    ticksPerPause = UInt32(truncatingIfNeeded: packed >> 16 & 0xffff)
    lookTicks = UInt32(truncatingIfNeeded: packed >> 32)
  }
}
