import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the library keeps for each thread that uses it. Made on first use, gone with the thread.
final class ThreadContext {
  /// Nil until the thread uses a ``ThreadLocal``.
  private(set) var existingValues: ThreadLocalValues?
  /// The last error thrown in this thread and where, if throws are traced.
  var lastThrow: ThrowTrace.Record?
  /// Whether the last throw is being replaced.
  var isNotingThrow = false
  /// The thread's own stack; empty where it is not to be had.
  private(set) lazy var stack = CallStack.currentStack() ?? 0..<0

  deinit { existingValues?.end() }

  var values: ThreadLocalValues {
    if let existingValues { return existingValues }
    let values = ThreadLocalValues()
    existingValues = values
    return values
  }

  /// POSIX's bound for values that make new values as they are destroyed: PTHREAD_DESTRUCTOR_ITERATIONS.
  private static let destructionRounds = 4

  private static let key = ThreadKey { context in
    guard let context = unsafe context else { return }
    unsafe Unmanaged<ThreadContext>.fromOpaque(context).release()
  }

  /// Makes what all threads share, before there is a second one.
  static func prepare() {
    _ = key
    ThreadLife.prepare()
    _ = StackShare.size
  }

  /// The calling thread's context, if it has one.
  static var existing: ThreadContext? {
    guard let context = unsafe key.value else { return nil }
    return unsafe Unmanaged<ThreadContext>.fromOpaque(context).takeUnretainedValue()
  }

  static var current: ThreadContext {
    if let existing { return existing }
    AtLoad.require()
    let context = ThreadContext()
    unsafe key.set(Unmanaged.passRetained(context).toOpaque())
    return context
  }

  /// Destroys the calling thread's context and with it its thread-local values, which may make new ones.
  static func destroyCurrent() {
    for _ in 0..<destructionRounds {
      guard let context = unsafe key.value else { return }
      unsafe key.set(nil)
      unsafe Unmanaged<ThreadContext>.fromOpaque(context).release()
    }
  }
}
