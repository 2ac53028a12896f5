/// When a lock was acquired, the last times: kept by whoever holds it, so that the times are in order.
struct AcquisitionHistory: ~Copyable {
  /// Far more than any limit on overtaking: what is older has been overtaken too often anyway.
  static let defaultCapacity = 65_536
  /// Acquisitions by others so soon after a thread asked are no overtaking: it may not have come to wait yet.
  static let grace: UInt64 = 2_000_000

  private let times: UnsafeMutableBufferPointer<UInt64>
  private var count = 0

  init(capacity: Int = defaultCapacity) {
    times = .allocate(capacity: capacity)
    times.initialize(repeating: 0)
  }

  deinit {
    times.deallocate()
  }

  /// Not before any time appended earlier.
  mutating func append(_ time: UInt64) {
    times[count % times.count] = time
    count += 1
  }

  /// How many acquisitions came after the first moments of a wait that began at `asked` and has just ended: exactly,
  /// or the capacity where there are no fewer.
  func overtakings(asked: UInt64, got: UInt64) -> UInt64 {
    let graceEnd = asked + Self.grace
    guard got > graceEnd else { return 0 }
    var (low, high) = (max(0, count - times.count), count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle % times.count] > graceEnd { high = middle } else { low = middle + 1 }
    }
    return UInt64(count - low)
  }
}
