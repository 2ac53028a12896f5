import Synchronization

/// The interrupts that are pending for the main thread.
///
/// `pendingInterrupts` holds bit n-1 for signal n. ``post(_:)`` sets bits, from any thread or signal handler;
/// ``take()`` clears them. `postedInterrupts` counts posts, so that an interruptible wait sees a new one even when its
/// caller leaves the old ones pending. `interruptibleSleep` is the word at which the main thread is about to sleep,
/// or 0. The main thread stores the address and then reads the count; a poster counts and then reads the
/// address: one of the two sees the other (all four are sequentially consistent).
///
/// A forked child starts without pending interrupts, as it does without pending signals: fork(2). Hence all three are in
/// its ``ProcessMemory``.
package enum MainThreadInterrupts {
  /// Whether `signal` is the number of a signal, 1 to 64.
  package static func isValid(_ signal: CInt) -> Bool {
    signal >= 1 && signal <= 64
  }

  /// Makes a valid `signal` pending.
  ///
  /// Async-signal-safe, and so is ``isValid(_:)``, in debug builds too: no generic call, whose first use would have
  /// the runtime take locks and allocate.
  package static func post(_ signal: CInt) {
    let memory = unsafe ProcessMemory.current
    unsafe memory.pointee.pendingInterrupts.bitwiseOr(
      1 &<< UInt64(truncatingIfNeeded: signal &- 1), ordering: .sequentiallyConsistent)
    unsafe memory.pointee.postedInterrupts.wrappingAdd(1, ordering: .sequentiallyConsistent)
    let address = unsafe memory.pointee.interruptibleSleep.load(ordering: .sequentiallyConsistent)
    if let word = unsafe UnsafeMutablePointer<UInt32>(bitPattern: address) {
      unsafe Hardware.wakeInterruptibleMainThread(at: word)
    }
  }

  /// The lowest pending signal, which is then pending no more. Only the main thread may take.
  package static func take() -> CInt? {
    let memory = unsafe ProcessMemory.current
    let signals = unsafe memory.pointee.pendingInterrupts.load(ordering: .acquiring)
    guard signals != 0 else { return nil }
    let lowest = signals & (~signals &+ 1)
    unsafe memory.pointee.pendingInterrupts.bitwiseAnd(~lowest, ordering: .acquiringAndReleasing)
    return CInt(lowest.trailingZeroBitCount + 1)
  }

  /// Whether anything is pending.
  package static var isPending: Bool {
    unsafe ProcessMemory.current.pointee.pendingInterrupts.load(ordering: .relaxed) != 0
  }

  static var count: InterruptCount {
    unsafe ProcessMemory.current.pointee.postedInterrupts.load(ordering: .sequentiallyConsistent)
  }

  static func announceSleep(at word: UnsafeMutablePointer<UInt32>) {
    unsafe ProcessMemory.current.pointee.interruptibleSleep.store(
      UInt(bitPattern: word), ordering: .sequentiallyConsistent)
  }

  static func endSleep() {
    unsafe ProcessMemory.current.pointee.interruptibleSleep.store(0, ordering: .relaxed)
  }
}
