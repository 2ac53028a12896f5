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

/// Runs when the library is loaded: a signal handler must not be the first to touch a lazily made global, and
/// a fork must be noticed from the start.
@section(".init_array")
@used
private let prepareAtLoad: @convention(c) () -> Void = {
  MainThreadInterrupts.forgetAll()
  _ = MainThreadInterrupts.count
  _ = ForkGeneration.current
  _ = pthread_atfork(nil, nil, { ForkGeneration.beginChild() })
}
