#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the process writes when it dies of a trap, or of a wait that does not end.
@safe
enum LastWords {
  private static let capacity = 256
  nonisolated(unsafe) private static let text = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  nonisolated(unsafe) private static var length = 0

  /// In seconds. Far beyond what the slowest machine takes for one sequence, short of what a test waits for a process.
  private static let patience: CUnsignedInt = 60

  /// Sets what is written, and begins anew to wait for a hang.
  static func prepare(_ words: String) {
    unsafe length = 0
    for byte in words.utf8.prefix(capacity) {
      unsafe text[length] = byte
      unsafe length += 1
    }
    alarm(patience)
  }

  /// Makes signals that end the process say so first.
  static func install() {
    for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGALRM] {
      signal(number) { number in
        // Nothing but what a signal handler may call.
        _ = unsafe write(STDOUT_FILENO, LastWords.text, LastWords.length)
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
