import Dispatch
import Glibc

/// A POSIX semaphore as a lock, as CPython used it up to 3.12.
struct PosixSemaphoreLock: MeasuredLock, ~Copyable, @unchecked Sendable {
  private let semaphore = Block(sem_t())

  init() {
    precondition(sem_init(semaphore.address, 0, 1) == 0, "sem_init failed")
  }

  deinit { sem_destroy(semaphore.address) }

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    while sem_wait(semaphore.address) != 0 {}
    body()
    sem_post(semaphore.address)
  }
}

struct DispatchSemaphoreLock: MeasuredLock, ~Copyable {
  private let semaphore = DispatchSemaphore(value: 1)

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    semaphore.wait()
    body()
    semaphore.signal()
  }
}

// MARK: In separate calls

extension PosixSemaphoreLock: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    while sem_wait(semaphore.address) != 0 {}
  }

  @inline(__always)
  borrowing func release() {
    sem_post(semaphore.address)
  }
}

extension DispatchSemaphoreLock: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    semaphore.wait()
  }

  @inline(__always)
  borrowing func release() {
    semaphore.signal()
  }
}
