import struct Synchronization.Mutex

/// The mutex of the toolchain that built this program.
struct SynchronizationMutex: MeasuredLock, ~Copyable {
  private let mutex = Mutex<Void>(())

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    mutex.withLock { _ in body() }
  }
}

/// By the calls that its module keeps for what cannot be scoped.
extension SynchronizationMutex: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    mutex._unsafeLock()
  }

  @inline(__always)
  borrowing func release() {
    mutex._unsafeUnlock()
  }
}
