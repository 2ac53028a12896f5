import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A thread that this library started, until its end.
///
/// The end is not the return from a function, which a thread never reaches that C code ends by pthread_exit(3) or that is
/// cancelled, but what the C library runs for every thread that ends: the destructor of a key. It comes after what other
/// keys hold, since whoever joins a thread relies on that being gone.
final class ThreadLife {
  /// The fork generation in which the thread was started.
  let generation = ForkGeneration.current
  private let ended: @Sendable () -> Void
  /// How often the C library has run the destructors of this thread's keys.
  private var rounds = 0

  /// Of the four rounds that POSIX has the C library run as long as destructors store new values, the one in which the
  /// thread ends. Later than this only a destructor runs that has stored a value in each round. The last round is left to
  /// what such a one makes anew, and to sanitizers, which take leave of the thread in it.
  private static let lastRound = 3

  private static let key = ThreadKey { life in
    guard let life = unsafe life else { return }
    unsafe Unmanaged<ThreadLife>.fromOpaque(life).takeUnretainedValue().passRound()
  }

  private init(ended: @escaping @Sendable () -> Void) {
    self.ended = ended
  }

  /// Makes what all threads share, before there is a second one.
  static func prepare() { _ = key }

  /// The calling thread's life; nil for a thread that is not of this library, or has ended.
  static var current: ThreadLife? {
    guard let life = unsafe key.value else { return nil }
    return unsafe Unmanaged<ThreadLife>.fromOpaque(life).takeUnretainedValue()
  }

  /// Begins the life of the calling thread, which must not have been cancelled yet. `ended` runs at its end, when the
  /// thread does not count any more and its thread-local values are destroyed.
  static func begin(ended: @escaping @Sendable () -> Void) {
    unsafe key.set(Unmanaged.passRetained(ThreadLife(ended: ended)).toOpaque())
  }

  /// To be called when the body has returned or thrown. From there on a cancellation has nothing to end, and might leave a
  /// lock of this library taken, or an error unreported.
  static func bodyHasEnded() {
    pthread_setcancelstate(CInt(PTHREAD_CANCEL_DISABLE), nil)
  }

  /// The C library has taken the life away: until the end it is stored again.
  private func passRound() {
    unsafe Self.key.set(Unmanaged.passUnretained(self).toOpaque())
    rounds += 1
    guard rounds == Self.lastRound else { return }
    ThreadContext.destroyCurrent()
    ThreadCount.decrement()
    unsafe Self.key.set(nil)
    ended()
    unsafe Unmanaged.passUnretained(self).release()
  }
}
