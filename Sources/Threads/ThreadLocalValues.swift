/// The ``ThreadLocal`` values of one thread. Only that thread touches them; others may tell it which it is to give up.
final class ThreadLocalValues: Sendable {
  /// By the number of the object.
  nonisolated(unsafe) private var slots: [Int: ThreadLocalSlot] = [:]
  /// Those whose objects are gone.
  private let orphans = ThreadLocalSlots()

  /// Whether the thread has destroyed its values, or is about to.
  var haveEnded: Bool { orphans.areClosed }

  subscript(number: Int) -> ThreadLocalSlot? { unsafe slots[number] }

  func insert(_ slot: ThreadLocalSlot) {
    unsafe slots[slot.number] = slot
  }

  /// Destroys the value of an object, if there is one. That may use any other ``ThreadLocal``.
  func destroy(_ number: Int) {
    let slot = unsafe slots.removeValue(forKey: number)
    slot?.destroyValue()
  }

  /// Called by another thread, when the slot's object is gone.
  func giveUp(_ slot: ThreadLocalSlot) {
    _ = orphans.add(slot)
  }

  /// Destroys what other threads said that it is to give up.
  func destroyOrphans() {
    guard !orphans.areEmpty else { return }
    orphans.takeAll { destroy($0.number) }
  }

  /// Destroys all values.
  func end() {
    // They are among the others.
    orphans.close()
    let ending = unsafe slots
    unsafe slots = [:]
    for slot in ending.values { slot.destroyValue() }
  }
}
