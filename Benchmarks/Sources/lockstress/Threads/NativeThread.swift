import CStressSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A thread started with pthread_create(3) itself: the stress of the locks does not depend on the library's
/// own threads.
struct NativeThread: MovableThread, @unchecked Sendable {
  private let handle: pthread_t

  /// Ends the process if the thread cannot be started.
  init(_ body: @escaping @Sendable () -> Void) {
    let argument = Unmanaged.passRetained(Body(run: body)).toOpaque()
    #if canImport(Glibc)
      var handle = pthread_t()
      let failure = pthread_create(&handle, nil, { runBody($0) }, argument)
    #else
      var handle: pthread_t?
      let failure = pthread_create(&handle, nil, { runBody($0) }, argument)
    #endif
    guard failure == 0 else {
      fatalError("pthread_create failed with errno \(failure)")
    }
    #if canImport(Glibc)
      self.handle = handle
    #else
      guard let handle else { fatalError("pthread_create returned no thread") }
      self.handle = handle
    #endif
  }

  func join() {
    pthread_join(handle, nil)
  }

  /// The thread must not have been joined.
  func send(_ signal: CInt) -> Bool {
    pthread_kill(handle, signal) == 0
  }

  /// The thread must not have been joined.
  func bind(to cpus: [CInt]) -> Bool {
    stress_bind(handle, cpus, CInt(cpus.count)) == 0
  }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}

private func runBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let argument {
    Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
  }
  return nil
}
