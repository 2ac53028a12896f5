#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Holds up one thread until it is opened. A semaphore of the C library: the locks under test hold up nobody.
@safe
final class Gate: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() {
    let failure = unsafe sem_init(semaphore, 0, 0)
    precondition(failure == 0, "sem_init failed with errno \(errno)")
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  func open() { unsafe sem_post(semaphore) }

  func pass() {
    while unsafe sem_wait(semaphore) != 0 {}
  }
}
