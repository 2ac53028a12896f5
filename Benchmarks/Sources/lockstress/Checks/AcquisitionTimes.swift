import Synchronization

/// When a lock was acquired, each time from the begin of a round.
///
/// All accesses are relaxed, so that they order nothing that the lock should have ordered.
final class AcquisitionTimes: @unchecked Sendable {
  /// Those not yet noted are 0.
  private let times: UnsafeMutablePointer<Atomic<UInt64>>
  private let room: Int
  private let count = Atomic<Int>(0)

  /// More than `room` are not noted.
  init(room: Int) {
    self.room = room
    times = .allocate(capacity: room)
    for index in 0..<room { (times + index).initialize(to: Atomic(0)) }
  }

  deinit {
    times.deinitialize(count: room)
    times.deallocate()
  }

  /// By who has acquired the lock, while it has it. The time is one after it did.
  func note(_ time: UInt64) {
    let index = count.load(ordering: .relaxed)
    guard index < room else { return }
    times[index].store(time, ordering: .relaxed)
    count.store(index + 1, ordering: .relaxed)
  }

  /// How often, among the times noted, the lock was acquired after `instant` for certain: not more often than it was.
  /// Anyone may ask.
  ///
  /// Each time is noted before the lock is released, and so before the next acquisition. The first acquisition that is
  /// noted after `instant` may have been before it; all that follow were not. To who does not hold the lock a time may
  /// still look like 0, which only moves that first one further on.
  func acquisitions(after instant: UInt64) -> Int {
    let count = count.load(ordering: .relaxed)
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if times[middle].load(ordering: .relaxed) < instant { low = middle + 1 } else { high = middle }
    }
    return max(0, count - low - 1)
  }
}
