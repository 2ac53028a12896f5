#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One pointer for each thread: pthread_key_create(3).
package struct ThreadKey: Sendable {
  private let key: pthread_key_t

  /// - Parameter destroy: gets the pointer of a thread that ends, unless it is null. The C library has set null by then.
  @safe package init(destroyedBy destroy: @convention(c) (UnsafeMutableRawPointer?) -> Void) {
    var key = pthread_key_t()
    let failure = unsafe pthread_key_create(&key, destroy)
    guard failure == 0 else { trapSystemCall("pthread_key_create", errno: failure) }
    self.key = key
  }

  /// The calling thread's.
  package var value: UnsafeMutableRawPointer? { unsafe pthread_getspecific(key) }

  /// Sets the calling thread's.
  package func set(_ value: UnsafeMutableRawPointer?) {
    let failure = unsafe pthread_setspecific(key, value)
    guard failure == 0 else { trapSystemCall("pthread_setspecific", errno: failure) }
  }
}
