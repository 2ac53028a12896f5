import CCoroutine

/// A stack that takes turns with others on one operating-system thread.
///
/// Its state is reached through pointers alone: no formal access may be under way when it is left, since the
/// runtime keeps its list of accesses by thread.
struct Coroutine {
  private let handle: OpaquePointer

  /// The calling thread's own stack.
  static func ofThread() -> Coroutine { Coroutine(handle: ccoroutine_of_thread()) }

  init(stackSize: Int) {
    guard let handle = ccoroutine_create(stackSize) else { fatalError("no memory for a stack") }
    self.handle = handle
  }

  private init(handle: OpaquePointer) {
    self.handle = handle
  }

  /// What the stack held is forgotten; the next switch to it calls `body`, which must not return.
  func reset(
    _ body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void, _ argument: UnsafeMutableRawPointer
  ) {
    ccoroutine_reset(handle, body, argument)
  }

  func leave(for other: Coroutine) {
    ccoroutine_switch(handle, other.handle)
  }

  /// What it has on its stack, in words. Only while it is left.
  var stack: UnsafeBufferPointer<UInt64> {
    var size = 0
    let start = ccoroutine_stack(handle, &size)
    return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt64.self), count: size / 8)
  }

  func destroy() {
    ccoroutine_destroy(handle)
  }
}
