import CBenchSupport
import Dispatch
import FastLock
import Glibc

/// What one thread can hand to another: something without an owner, created not handed over.
protocol Baton: ~Copyable, Sendable {
  init()
  borrowing func pass()
  borrowing func take()
}

struct PosixSemaphoreBaton: Baton, ~Copyable, @unchecked Sendable {
  private let semaphore = Block(sem_t())

  init() {
    precondition(sem_init(semaphore.address, 0, 0) == 0, "sem_init failed")
  }

  deinit { sem_destroy(semaphore.address) }

  @inline(__always)
  borrowing func pass() { sem_post(semaphore.address) }

  @inline(__always)
  borrowing func take() {
    while sem_wait(semaphore.address) != 0 {}
  }
}

struct DispatchSemaphoreBaton: Baton, ~Copyable {
  private let semaphore = DispatchSemaphore(value: 0)

  @inline(__always)
  borrowing func pass() { semaphore.signal() }

  @inline(__always)
  borrowing func take() { semaphore.wait() }
}

struct PthreadConditionBaton: Baton, ~Copyable, @unchecked Sendable {
  private struct State {
    var mutex = pthread_mutex_t()
    var condition = pthread_cond_t()
    var isPassed = false
  }

  private let state = Block(State())

  init() {
    precondition(pthread_mutex_init(&state.address.pointee.mutex, nil) == 0, "pthread_mutex_init failed")
    precondition(pthread_cond_init(&state.address.pointee.condition, nil) == 0, "pthread_cond_init failed")
  }

  deinit {
    pthread_cond_destroy(&state.address.pointee.condition)
    pthread_mutex_destroy(&state.address.pointee.mutex)
  }

  @inline(__always)
  borrowing func pass() {
    pthread_mutex_lock(&state.address.pointee.mutex)
    state.address.pointee.isPassed = true
    pthread_cond_signal(&state.address.pointee.condition)
    pthread_mutex_unlock(&state.address.pointee.mutex)
  }

  @inline(__always)
  borrowing func take() {
    pthread_mutex_lock(&state.address.pointee.mutex)
    while !state.address.pointee.isPassed {
      pthread_cond_wait(&state.address.pointee.condition, &state.address.pointee.mutex)
    }
    state.address.pointee.isPassed = false
    pthread_mutex_unlock(&state.address.pointee.mutex)
  }
}

/// Acquired by the one and released by the other, as `_thread` allows.
struct FastLockBaton: Baton, ~Copyable {
  private let lock = Lock()

  init() { lock.acquire() }

  @inline(__always)
  borrowing func pass() {
    do { try lock.release() } catch { fatalError("the baton was passed twice") }
  }

  @inline(__always)
  borrowing func take() { lock.acquire() }
}
