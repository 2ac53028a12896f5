import FastLock

/// Runs what a thread with a small stack has no room for.
enum AmpleStack {
  /// Describing a value makes the runtime take its type apart and make others, which overruns 32 KiB even for a struct with
  /// one property; the depth grows with that of the type.
  private static let enough: UInt = 256 << 10
  private static let size = 1 << 20

  /// Runs `work` and returns after it: on the calling thread if that has enough stack left, otherwise on a thread of its
  /// own.
  static func run(_ work: @escaping @Sendable () -> Void) throws(ThreadError) {
    guard CallStack.roomOnCurrentStack() < enough else { return work() }
    let end = End()
    _ = try ThreadLaunch.start(stackSize: size, name: nil, counts: false, work: work) {
      unsafe OneShotEvent<Hardware>.set(end.word.address)
    }
    _ = unsafe OneShotEvent<Hardware>.wait(end.word.address, until: .never)
  }

  /// The end of such a thread, a ``OneShotEvent``. Whoever comes last frees it.
  private final class End: Sendable {
    let word = LockWord()
  }
}
