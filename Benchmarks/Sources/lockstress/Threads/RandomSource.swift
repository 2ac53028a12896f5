/// SplitMix64: a short state of which every value is a good seed, so that each thread's numbers follow from
/// the run's seed and the thread's index alone.
struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64, stream: Int) {
    state = seed &+ UInt64(truncatingIfNeeded: stream) &* 0xd1b5_4a32_d192_ed03
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Both included, all of them equally likely.
  mutating func between(_ least: Int, _ most: Int) -> Int {
    least + below(most - least + 1)
  }

  mutating func oneIn(_ count: Int) -> Bool {
    below(count) == 0
  }

  /// Between 1 and `bound`; each order of magnitude is as likely as the next.
  mutating func scaled(upTo bound: Int) -> Int {
    let bits = Int.bitWidth - bound.leadingZeroBitCount
    return min(bound, 1 + below(1 << below(bits + 1)))
  }
}
