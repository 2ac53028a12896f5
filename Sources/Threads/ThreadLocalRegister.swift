import Synchronization

/// The slots of one ``ThreadLocal`` in all threads, so that they learn of its end.
///
/// Where a fork happens while another thread has taken the list, it is lost in the child: values there stay until their
/// threads end.
struct ThreadLocalRegister: ~Copyable, Sendable {
  private let slots = ThreadLocalSlots()
  private let count = Atomic<Int>(0)
  /// From this count on it is worth the time to look for threads that have ended.
  private let limit = Atomic<Int>(smallestLimit)

  private static let smallestLimit = 16

  init() {}

  func add(_ slot: ThreadLocalSlot) {
    _ = slots.add(slot)
    if count.wrappingAdd(1, ordering: .relaxed).newValue > limit.load(ordering: .relaxed) {
      forgetEndedThreads()
    }
  }

  /// The next time is when there are twice as many as remain, so that it costs each that was added the same.
  private func forgetEndedThreads() {
    var remaining = 0
    slots.takeAll { slot in
      if slot.values.haveEnded {
        count.wrappingSubtract(1, ordering: .relaxed)
      } else {
        _ = slots.add(slot)
        remaining += 1
      }
    }
    limit.store(max(Self.smallestLimit, 2 * remaining), ordering: .relaxed)
  }

  /// Tells all threads but the calling one, whose values are given, that the object is gone.
  func giveUpAll(except own: ThreadLocalValues?) {
    slots.takeAll { slot in
      if slot.values !== own { slot.values.giveUp(slot) }
    }
  }
}
