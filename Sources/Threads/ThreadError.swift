/// Why a call of this library failed.
public enum ThreadError: Error, Equatable, Sendable {
  /// The system did not start the thread. `errno` is what pthread_create(3) returned: usually EAGAIN, for lack
  /// of memory or too many threads.
  case cannotStart(errno: CInt)
  /// A stack size is 0, for the platform's default, or at least 32 768 bytes and the platform's minimum.
  case invalidStackSize
  /// A signal number is 1 to 64.
  case invalidSignal
  /// A ``JoinableThread`` starts once.
  case alreadyStarted
  /// A ``JoinableThread`` can be joined once it was started.
  case notStarted
  /// A thread that waits for its own end would wait for ever.
  case cannotJoinSelf
  /// The thread was detached, or ran in the process that forked this one.
  case detached
}
