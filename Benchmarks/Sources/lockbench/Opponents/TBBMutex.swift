#if HAS_TBB
  import CTBBMutex

  /// oneTBB's mutex: a byte, spins before it sleeps. A C++ program has its fast path inlined; here the lock and the
  /// unlock are one call each, as they are for the locks of the C library.
  struct TBBMutex: MeasuredLock, ~Copyable, @unchecked Sendable {
    private let mutex = Block(ctbb_mutex())

    init() { ctbb_mutex_create(mutex.address) }

    deinit { ctbb_mutex_destroy(mutex.address) }

    @inline(__always)
    borrowing func withLock(_ body: () -> Void) {
      ctbb_mutex_lock(mutex.address)
      body()
      ctbb_mutex_unlock(mutex.address)
    }
  }

  extension TBBMutex: BasicLockable {
    @inline(__always)
    borrowing func acquire() {
      ctbb_mutex_lock(mutex.address)
    }

    @inline(__always)
    borrowing func release() {
      ctbb_mutex_unlock(mutex.address)
    }
  }
#endif

extension OptionalLock {
  static let tbb = OptionalLock(id: "tbb", package: "libtbb-dev", installed: installedTBB)

  private static var installedTBB: Installed? {
    #if HAS_TBB
      Installed(
        opponent: Opponent(id: "tbb", name: "tbb::mutex", cells: MutexCells(TBBMutex.self)),
        library: "oneTBB \(String(cString: ctbb_version()))")
    #else
      nil
    #endif
  }
}
