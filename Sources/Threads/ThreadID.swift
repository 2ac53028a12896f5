import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The identity of a running thread: what pthread_self(3) returns. Python's `get_ident`.
///
/// Never zero. It may be given to a new thread once this one has ended, and the thread that forks keeps it in
/// the child.
public struct ThreadID: Hashable, Sendable, CustomStringConvertible {
  /// The identity as a number.
  public let rawValue: UInt

  init(rawValue: UInt) {
    self.rawValue = rawValue
  }

  init(_ thread: pthread_t) {
    #if canImport(Musl)
      rawValue = UInt(bitPattern: thread)
    #else
      rawValue = UInt(thread)
    #endif
  }

  /// The calling thread. No system call.
  public static var current: ThreadID { ThreadID(pthread_self()) }

  /// The number in hexadecimal, as debuggers show it.
  public var description: String { "0x" + String(rawValue, radix: 16) }
}

/// The kernel's identity of the calling thread, as shown in `/proc/self/task` and by debuggers: gettid(2).
/// Python's `get_native_id`.
///
/// One system call: nothing is cached, so it is right in a forked child too.
public func nativeThreadID() -> Int32 {
  Hardware.threadID
}
