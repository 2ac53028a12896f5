import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Counts the forks between this process and the one that loaded the library.
///
/// State that concerns other threads carries the generation in which it was made: one that has passed means
/// that those threads do not exist here.
package enum ForkGeneration {
  private static let forks = Atomic<UInt32>(0)

  package static var current: UInt32 { forks.load(ordering: .relaxed) }

  fileprivate static func beginChild() {
    forks.wrappingAdd(1, ordering: .relaxed)
    // As pending signals: fork(2).
    MainThreadInterrupts.forgetAll()
  }
}

/// Runs when the library is loaded, since a fork must be noticed from the start.
///
/// Globals that debug builds make on first use are used here: a signal handler must not be the first, and in the
/// child of a fork nobody might finish what another thread had begun to make.
@section(".init_array")
@used
private let prepareAtLoad: @convention(c) () -> Void = {
  MainThreadInterrupts.forgetAll()
  _ = MainThreadInterrupts.count
  _ = ForkGeneration.current
  UseChecks.prepare()
  ProcessBarrier.prepare()
  _ = pthread_atfork(nil, nil, { ForkGeneration.beginChild() })
}
