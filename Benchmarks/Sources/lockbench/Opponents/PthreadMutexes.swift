import CBenchSupport
import Glibc

/// glibc's default mutex: sleeps at once. Every ratio refers to it.
struct PthreadMutex: MeasuredLock, ~Copyable, @unchecked Sendable {
  private let mutex = Block(pthread_mutex_t())

  init() {
    precondition(pthread_mutex_init(mutex.address, nil) == 0, "pthread_mutex_init failed")
  }

  deinit { pthread_mutex_destroy(mutex.address) }

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    pthread_mutex_lock(mutex.address)
    body()
    pthread_mutex_unlock(mutex.address)
  }
}

/// glibc's adaptive mutex: spins before it sleeps.
struct PthreadAdaptiveMutex: MeasuredLock, ~Copyable, @unchecked Sendable {
  private let mutex = Block(pthread_mutex_t())

  init() {
    precondition(bench_adaptive_mutex_init(mutex.address) == 0, "pthread_mutex_init failed")
  }

  deinit { pthread_mutex_destroy(mutex.address) }

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    pthread_mutex_lock(mutex.address)
    body()
    pthread_mutex_unlock(mutex.address)
  }
}

// MARK: In separate calls

extension PthreadMutex: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    pthread_mutex_lock(mutex.address)
  }

  @inline(__always)
  borrowing func release() {
    pthread_mutex_unlock(mutex.address)
  }
}

extension PthreadAdaptiveMutex: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    pthread_mutex_lock(mutex.address)
  }

  @inline(__always)
  borrowing func release() {
    pthread_mutex_unlock(mutex.address)
  }
}
