import FastLock
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where errors are thrown, kept per thread if `FASTLOCK_BACKTRACE=1` is in the environment.
///
/// Swift's errors carry no trace. The runtime calls one hook for each untyped throw; a process has one slot for it, so
/// taking it is the user's decision.
enum ThrowTrace {
  /// An error and the calls that led to its throw. Keeping the error keeps its address from being reused.
  struct Record {
    let error: any Error
    let stack: CallStack
  }

  private static let isDecided = Atomic<Bool>(false)
  private static let isInstalled = Atomic<Bool>(false)

  /// Whether throws are traced.
  static var isOn: Bool { isInstalled.load(ordering: .relaxed) }

  /// Decides it when the first thread is started. Threads that are first at the same time do the same: nobody waits here,
  /// since in the child of a fork the thread to wait for might not exist.
  static func installIfWanted() {
    guard !isDecided.load(ordering: .relaxed) else { return }
    if let value = unsafe getenv("FASTLOCK_BACKTRACE"), unsafe String(cString: value) == "1" {
      unsafe setWillThrowHandler { ThrowTrace.note(UInt(bitPattern: $0)) }
      isInstalled.store(true, ordering: .relaxed)
    }
    isDecided.store(true, ordering: .relaxed)
  }

  /// The stack of the throw of `error` in this thread, if it was traced. It is kept no longer, and the error with it.
  static func takeStack(of error: any Error) -> CallStack? {
    guard let context = ThreadContext.existing, let record = context.lastThrow,
      identity(of: record.error) == identity(of: error)
    else {
      return nil
    }
    context.lastThrow = nil
    return record.stack
  }

  private static func note(_ box: UInt) {
    // Only threads of this library report; the first throw of an error counts, not its passing on.
    guard ThreadLife.current != nil, let context = ThreadContext.existing, !context.isNotingThrow else {
      return
    }
    if let last = context.lastThrow, identity(of: last.error) == box { return }
    let error = unsafe unsafeBitCast(box, to: (any Error).self)
    // The former error goes. What it releases may throw and lead here again, but cannot let an error escape.
    context.isNotingThrow = true
    defer { context.isNotingThrow = false }
    context.lastThrow = Record(error: error, stack: CallStack(capturingWithin: context.stack))
  }

  /// The address of the box that holds the error.
  private static func identity(of error: any Error) -> UInt {
    // `as` keeps the call from unpacking the existential.
    unsafe unsafeBitCast(error as any Error, to: UInt.self)
  }
}

/// The runtime's, found by the linker: dlsym(3) finds it in no executable that has the runtime in itself.
@_silgen_name("_swift_setWillThrowHandler")
private func setWillThrowHandler(_ hook: (@convention(c) (UnsafeRawPointer?) -> Void)?)
