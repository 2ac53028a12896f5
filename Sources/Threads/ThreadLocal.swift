import Synchronization

/// One value for each thread.
///
/// A thread's value is made when that thread first asks for it, and destroyed on that thread: when the thread ends, or
/// when this object is gone. The thread that drops the last reference to the object destroys its value at once, others
/// do so when they next use any ``ThreadLocal``. The main thread's other values are not destroyed: the process ends
/// with it. Values that are made while others are being destroyed, as a thread ends, are destroyed in further rounds,
/// four at most, as POSIX has it.
///
/// Nothing crosses threads through it: what goes into a value, and what comes out, the compiler checks as for
/// `Mutex`.
///
/// - Blocking: never; no thread waits for another.
/// - Fork: the thread that forks keeps its values in the child; those of other threads are never destroyed there.
/// - Allocation: one for each value, two for each thread that uses any ``ThreadLocal``.
public final class ThreadLocal<Value>: Sendable {
  private let makeValue: @Sendable () -> sending Value
  /// Never used again, so that a value cannot outlive its object and appear in another.
  private let number = nextThreadLocalNumber.wrappingAdd(1, ordering: .relaxed).newValue
  /// The slots of all threads.
  private let slots = ThreadLocalRegister()

  /// Creates a thread-local variable.
  ///
  /// - Parameter makeValue: makes a thread's value, on that thread. It must not ask for the value that it makes.
  public init(_ makeValue: @escaping @Sendable () -> sending Value) {
    self.makeValue = makeValue
  }

  deinit {
    let values = ThreadContext.existing?.existingValues
    slots.giveUpAll(except: values)
    values?.destroy(number)
  }

  /// Runs `body` on the calling thread's value, which is made if there is none yet.
  ///
  /// Traps if `body` or `makeValue` asks for the same value: two such accesses would overlap.
  public func withValue<R, E: Error>(
    _ body: (inout sending Value) throws(E) -> sending R
  ) throws(E) -> sending R {
    let values = ThreadContext.current.values
    values.destroyOrphans()
    let slot: Slot
    if let existing = values[number] {
      slot = unsafe unsafeDowncast(existing, to: Slot.self)
    } else {
      slot = Slot(of: number, in: values)
      values.insert(slot)
      slots.add(slot)
    }
    guard !slot.isInUse else {
      trapMisuse("ThreadLocal", "withValue called from within withValue or makeValue of the same object")
    }
    slot.isInUse = true
    defer { slot.isInUse = false }
    if slot.value == nil { slot.value = makeValue() }
    return try body(&slot.value!)
  }

  private final class Slot: ThreadLocalSlot, @unchecked Sendable {
    /// Nil while it is being made.
    var value: Value?
    var isInUse = false

    override func destroyValue() { _ = value.take() }
  }
}

private let nextThreadLocalNumber = Atomic<Int>(0)
