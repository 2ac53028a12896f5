/// A set of fingerprints.
struct VisitedStates {
  private var slots: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 1 << 12
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
  }

  /// Returns false if it was there before.
  mutating func insert(_ fingerprint: UInt64) -> Bool {
    if count * 4 >= capacity * 3 { grow() }
    // Zero marks a free slot.
    let key = fingerprint == 0 ? 1 : fingerprint
    let slot = slot(for: key)
    guard slots[slot] == 0 else { return false }
    slots[slot] = key
    count += 1
    return true
  }

  private func slot(for key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: key) & (capacity - 1)
    while slots[slot] != 0 && slots[slot] != key { slot = (slot + 1) & (capacity - 1) }
    return slot
  }

  private mutating func grow() {
    let old = (slots, capacity)
    capacity *= 4
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
    for index in 0..<old.1 where old.0[index] != 0 { slots[slot(for: old.0[index])] = old.0[index] }
    old.0.deallocate()
  }

  func destroy() {
    slots.deallocate()
  }
}
