import struct Synchronization.Mutex

/// The mutex of the toolchain that built this program.
struct SynchronizationMutex: MeasuredLock, ~Copyable {
  private let mutex = Mutex<Void>(())

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    mutex.withLock { _ in body() }
  }
}
