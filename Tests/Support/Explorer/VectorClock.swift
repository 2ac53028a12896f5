/// For each thread, up to which of its releases everything is known to have happened before.
package typealias VectorClock = SIMD8<UInt16>

extension VectorClock {
  mutating func join(_ other: VectorClock) {
    self = pointwiseMax(self, other)
  }
}

/// For each byte of memory, the oldest version that a thread may still read.
typealias View = SIMD16<UInt8>

extension View {
  mutating func join(_ other: View) {
    self = pointwiseMax(self, other)
  }
}
