#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs when the library is loaded: forks are to be noticed from the start.
///
/// The one lock that all threads share is held across a fork, lest the child inherits it from a thread that does
/// not exist there; pthread_atfork(3). For the same reason the key of the threads' contexts is made here.
@section(".init_array")
@used
private let registerAtLoad: @convention(c) () -> Void = {
  ThreadContext.prepare()
  _ = pthread_atfork(
    { UncaughtErrorHandler.beginFork() },
    { UncaughtErrorHandler.endFork() },
    {
      UncaughtErrorHandler.endFork()
      ThreadCount.beginChild()
    })
}
