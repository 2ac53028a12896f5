#if HAS_ABSEIL
  import CAbseilMutex

  /// Abseil's mutex: a word, spins before it sleeps. Its lock and unlock are calls for a C++ program too; here each is
  /// that call and a jump to it. Nothing looks for deadlocks.
  struct AbseilMutex: MeasuredLock, ~Copyable, @unchecked Sendable {
    private let mutex = Block(cabseil_mutex())

    init() { cabseil_mutex_create(mutex.address) }

    deinit { cabseil_mutex_destroy(mutex.address) }

    @inline(__always)
    borrowing func withLock(_ body: () -> Void) {
      cabseil_mutex_lock(mutex.address)
      body()
      cabseil_mutex_unlock(mutex.address)
    }
  }

  extension AbseilMutex: BasicLockable {
    @inline(__always)
    borrowing func acquire() {
      cabseil_mutex_lock(mutex.address)
    }

    @inline(__always)
    borrowing func release() {
      cabseil_mutex_unlock(mutex.address)
    }
  }
#endif

extension OptionalLock {
  static let abseil = OptionalLock(id: "absl", package: "libabsl-dev", installed: installedAbseil)

  private static var installedAbseil: Installed? {
    #if HAS_ABSEIL
      Installed(
        opponent: Opponent(id: "absl", name: "absl::Mutex", cells: MutexCells(AbseilMutex.self)),
        library: "abseil \(String(cString: cabseil_version()))")
    #else
      nil
    #endif
  }
}
