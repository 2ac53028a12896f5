#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs when the library is loaded: forks are to be noticed from the start.
///
/// The child must not inherit a lock from a thread that does not exist there: pthread_atfork(3). Hence the lock of the
/// handler is held across a fork. That of standard error may be held for a second, and is made new instead. What all
/// threads share is made here for the same reason.
@section(".init_array")
@used
private let registerAtLoad: @convention(c) () -> Void = {
  ThreadContext.prepare()
  StandardError.prepare()
  _ = pthread_atfork(
    { UncaughtErrorHandler.beginFork() },
    { UncaughtErrorHandler.endFork() },
    {
      UncaughtErrorHandler.endFork()
      ThreadCount.beginChild()
      StandardError.beginChild()
    })
}
