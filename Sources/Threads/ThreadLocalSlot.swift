import Synchronization

/// A thread's value of one ``ThreadLocal`` object.
///
/// The value is its thread's affair, which has it in its ``ThreadLocalValues``. The slot is also in one list of slots
/// all the time: in its object's while that exists, then in that of its thread's orphans.
class ThreadLocalSlot: @unchecked Sendable {
  let number: Int
  let values: ThreadLocalValues
  /// The next in the list, as ``ThreadLocalSlots`` has it.
  fileprivate var next: UInt = 0

  init(of number: Int, in values: ThreadLocalValues) {
    self.number = number
    self.values = values
  }

  /// Called by its thread. Whoever lets go of the slot later destroys nothing of the thread's.
  func destroyValue() {}
}

/// A list of slots, to which any thread may add and of which one takes all at once. It holds a reference to each.
///
/// No locks: in the child of a fork a lock that another thread held would stay locked. And what is added one by one and
/// taken as a whole knows no ABA: where the first is what it was, so is what `next` of the new one is to name.
struct ThreadLocalSlots: ~Copyable, Sendable {
  /// A reference to the first slot; or one of those below, which are no addresses.
  private let first = Atomic<UInt>(empty)

  private static let empty: UInt = 0
  private static let closed: UInt = 1

  init() {}

  deinit { removeAll(leaving: Self.closed) { _ in } }

  var areEmpty: Bool { first.load(ordering: .relaxed) == Self.empty }

  var areClosed: Bool { first.load(ordering: .acquiring) == Self.closed }

  /// Adds a slot that is in no list; false if the list is closed.
  func add(_ slot: ThreadLocalSlot) -> Bool {
    let new = UInt(bitPattern: unsafe Unmanaged.passRetained(slot).toOpaque())
    var found = first.load(ordering: .relaxed)
    while found != Self.closed {
      slot.next = found
      let (exchanged, original) = first.weakCompareExchange(
        expected: found, desired: new, successOrdering: .acquiringAndReleasing, failureOrdering: .relaxed)
      if exchanged { return true }
      found = original
    }
    unsafe Unmanaged.passUnretained(slot).release()
    return false
  }

  /// Empties the list; `body` may put a slot into a list again.
  func takeAll(_ body: (ThreadLocalSlot) -> Void) {
    removeAll(leaving: Self.empty, body)
  }

  /// Empties the list for good.
  func close() {
    removeAll(leaving: Self.closed) { _ in }
  }

  private func removeAll(leaving state: UInt, _ body: (ThreadLocalSlot) -> Void) {
    var next = first.exchange(state, ordering: .acquiringAndReleasing)
    while let reference = unsafe UnsafeRawPointer(bitPattern: next), next != Self.closed {
      let slot = unsafe Unmanaged<ThreadLocalSlot>.fromOpaque(reference).takeRetainedValue()
      next = slot.next
      body(slot)
    }
  }
}
