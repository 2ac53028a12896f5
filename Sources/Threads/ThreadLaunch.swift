import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where and how a thread was started, for the report of an error that nobody caught.
struct ThreadOrigin: Sendable {
  let fileID: StaticString
  let line: UInt
  let stack: CallStack

  /// To be called on the starting thread.
  init(fileID: StaticString, line: UInt) {
    self.fileID = fileID
    self.line = line
    stack = CallStack(capturingWithin: ThreadContext.current.stack)
  }

  var location: String { "\(fileID):\(line)" }
}

/// The one way in which this library starts an operating-system thread.
///
/// The new thread runs `work` and releases it with all that it captured. At its end, however it comes to that, it destroys
/// its thread-local values, ceases to count and calls `ended`. If it cannot be started, both are released unused.
final class ThreadLaunch {
  private let name: String?
  private var work: (() -> Void)?
  private let ended: @Sendable () -> Void

  private init(
    name: String?, work: @escaping () -> Void, ended: @escaping @Sendable () -> Void
  ) {
    self.name = name
    self.work = work
    self.ended = ended
  }

  /// Starts a detached thread and returns once it exists. A `stackSize` of nil means the one that was set. `work` calls
  /// ``ThreadLife/bodyHasEnded()`` where the user's part of it is over.
  static func start(
    stackSize: Int?, name: String?, work: sending @escaping () -> Void,
    ended: @escaping @Sendable () -> Void = {}
  ) throws(ThreadError) -> ThreadID {
    let size = stackSize ?? threadStackSize()
    try StackSize.validate(size)
    ThrowTrace.installIfWanted()

    var attributes = pthread_attr_t()
    try check(unsafe pthread_attr_init(&attributes))
    defer { unsafe pthread_attr_destroy(&attributes) }
    try check(unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED)))
    if size != 0 {
      try check(unsafe pthread_attr_setstacksize(&attributes, StackSize.withShareOfLibrary(size)))
    }

    let launch = unsafe Unmanaged.passRetained(
      ThreadLaunch(name: name, work: work, ended: ended))
    ThreadCount.increment()
    #if canImport(Musl)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let failure = unsafe pthread_create(&thread, &attributes, { unsafe runThread($0) }, launch.toOpaque())
    guard failure == 0 else {
      ThreadCount.decrement()
      unsafe launch.release()
      throw .cannotStart(errno: failure)
    }
    #if canImport(Musl)
      guard let thread else { throw .cannotStart(errno: EAGAIN) }
    #endif
    return ThreadID(thread)
  }

  private static func check(_ failure: CInt) throws(ThreadError) {
    guard failure == 0 else { throw .cannotStart(errno: failure) }
  }

  /// What the new thread does until it ends.
  fileprivate func run() {
    ThreadLife.begin(ended: ended)
    // Throws are noted there from the first.
    _ = ThreadContext.current
    if let name { ThreadName.set(name) }
    performWork()
    // Not left to the end: there the order of keys decides whether what the values use is still there.
    ThreadContext.destroyCurrent()
  }

  /// A function of its own, so that all captures are gone when it returns.
  @inline(never)
  private func performWork() {
    let work = self.work.take()
    work?()
  }
}

private func runThread(_ launch: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let launch = unsafe launch else { return nil }
  unsafe Unmanaged<ThreadLaunch>.fromOpaque(launch).takeRetainedValue().run()
  return nil
}
