import Synchronization

/// One value for each thread.
///
/// A thread's value is made when that thread first asks for it, and destroyed on that thread when the thread ends,
/// also if this object is gone by then. The main thread's values are not destroyed: the process ends with it. Values
/// that are made while others are being destroyed are destroyed in further rounds, four at most, as POSIX has it.
///
/// - Blocking: never; no thread waits for another.
/// - Fork: the thread that forks keeps its values in the child; those of other threads are never destroyed there.
/// - Allocation: one for each value, one for each thread that uses any ``ThreadLocal``.
public final class ThreadLocal<Value>: Sendable {
  private let makeValue: @Sendable () -> Value
  /// Never used again, so that a value cannot outlive its object and appear in another.
  private let number = nextThreadLocalNumber.wrappingAdd(1, ordering: .relaxed).newValue

  /// Creates a thread-local variable.
  ///
  /// - Parameter makeValue: makes a thread's value, on that thread. It must not ask for the value that it makes.
  public init(_ makeValue: @escaping @Sendable () -> Value) {
    self.makeValue = makeValue
  }

  /// Runs `body` on the calling thread's value, which is made if there is none yet.
  ///
  /// Traps if `body` or `makeValue` asks for the same value: two such accesses would overlap.
  public func withValue<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
    let context = ThreadContext.current
    let slot: Slot
    if let existing = context.values[number] {
      slot = unsafe unsafeDowncast(existing, to: Slot.self)
    } else {
      slot = Slot()
      context.values[number] = slot
    }
    guard !slot.isInUse else {
      trapMisuse("ThreadLocal", "withValue called from within withValue or makeValue of the same object")
    }
    slot.isInUse = true
    defer { slot.isInUse = false }
    if slot.value == nil { slot.value = makeValue() }
    return try body(&slot.value!)
  }

  /// A thread's value, nil while it is being made.
  private final class Slot {
    var value: Value?
    var isInUse = false
  }
}

private let nextThreadLocalNumber = Atomic<Int>(0)
