import CStressSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A pthread mutex and condition: what the stress itself waits on. It must not depend on the locks that it
/// doubts.
final class Monitor: @unchecked Sendable {
  /// Set in the child of a fork. Threads that held monitors at the fork do not exist there, nor does anyone else
  /// whom a monitor would have to keep out.
  nonisolated(unsafe) static var isAlone = false

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func locked<R>(_ body: () -> R) -> R {
    if Self.isAlone { return body() }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Whether `condition` comes true, at the latest at `deadline`; may give up early. Whoever makes it true wakes
  /// all.
  func sees(by deadline: UInt64, _ condition: () -> Bool) -> Bool {
    locked {
      if !condition() { wait(until: deadline) }
      return condition()
    }
  }

  /// From the body of ``locked(_:)``.
  func wait() {
    pthread_cond_wait(condition, mutex)
  }

  /// From the body of ``locked(_:)``; may end early.
  func wait(until deadline: UInt64) {
    stress_wait(condition, mutex, deadline)
  }

  func wakeAll() {
    pthread_cond_broadcast(condition)
  }
}
