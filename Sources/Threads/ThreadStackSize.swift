import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The stack size in bytes of threads started from now on, as it was set; 0 means the platform's default.
/// Python's `stack_size()`.
public func threadStackSize() -> Int {
  StackSize.chosen.load(ordering: .relaxed)
}

/// Sets the stack size of threads started from now on. Python's `stack_size(size)`.
///
/// - Parameter size: in bytes: 0 for the platform's default, or at least 32 768 and the platform's minimum. When it is
///   used, what the C library takes of a stack is added, such as thread-local storage of C code, and it is rounded up to
///   whole pages: a thread's body has no less than this. A size that cannot be had makes starting a thread fail.
/// - Returns: the former value.
/// - Throws: ``ThreadError/invalidStackSize``; then nothing has changed.
@discardableResult
public func setThreadStackSize(_ size: Int) throws(ThreadError) -> Int {
  try StackSize.validate(size)
  return StackSize.chosen.exchange(size, ordering: .relaxed)
}

package enum StackSize {
  static let chosen = Atomic<Int>(0)

  /// What Python's module accepts.
  private static let least = 32_768

  static func validate(_ size: Int) throws(ThreadError) {
    guard size == 0 || size >= max(least, sysconf(CInt(_SC_THREAD_STACK_MIN))) else {
      throw .invalidStackSize
    }
  }

  /// The size to ask the system for, for a body that is to have `size`.
  static func withShareOfLibrary(_ size: Int) -> Int {
    let (total, overflow) = size.addingReportingOverflow(StackShare.size)
    return roundedToPages(overflow ? .max : total)
  }

  package static func roundedToPages(_ size: Int) -> Int {
    let page = sysconf(CInt(_SC_PAGESIZE))
    let (padded, overflow) = size.addingReportingOverflow(page - 1)
    // No such stack can be had; let the system say so.
    return (overflow ? Int.max : padded) / page * page
  }
}
