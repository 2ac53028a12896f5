import FastLock
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is done once, when the library is loaded.
///
/// What all threads share is made then, also what debug builds alone make on first use: in the child of a fork nobody
/// might finish what another thread had begun to make.
enum AtLoad {
  private static let isDone = Atomic<Bool>(false)

  /// Called by what depends on it.
  ///
  /// A linker takes from an archive what something refers to, and an initialiser of the client may run before ours.
  static func require() {
    guard !isDone.load(ordering: .relaxed), !isDone.exchange(true, ordering: .relaxed) else { return }
    ThreadContext.prepare()
    _ = UncaughtErrorHandler.current
    _ = threadStackSize()
    let failure = pthread_atfork(nil, nil, { ThreadCount.beginChild() })
    guard failure == 0 else { trapSystemCall("pthread_atfork", errno: failure) }
    unsafe LoadedImage.keep(#dsohandle)
  }
}

@section(".init_array")
@used
private let requireAtLoad: @convention(c) () -> Void = { AtLoad.require() }
