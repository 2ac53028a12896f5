import CBenchSupport
import Glibc

/// A thread of the C library, started at once.
struct PosixThread: Sendable {
  let handle: pthread_t

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  init(_ body: @escaping @Sendable () -> Void) {
    var handle = pthread_t()
    let box = Unmanaged.passRetained(Body(body))
    let error = pthread_create(
      &handle, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard error == 0 else {
      Lockbench.fail("cannot start a thread: \(String(cString: strerror(error)))", Lockbench.Status.failure)
    }
    self.handle = handle
  }

  func join() {
    pthread_join(handle, nil)
  }

  /// Whether the thread ended before `deadline` of the monotonic clock, in nanoseconds.
  func join(until deadline: UInt64) -> Bool {
    bench_join(handle, deadline)
  }
}

/// Keeps a second thread asleep until the process ends: glibc leaves out lock prefixes in a process that never had one.
func keepSecondThreadAsleep() {
  _ = PosixThread {
    while true { pause() }
  }
}
