#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// CLOCK_MONOTONIC, read apart from the code under test.
package func monotonicNow() -> Duration { time(of: CLOCK_MONOTONIC) }

/// The CPU time that the calling thread has taken.
package func threadCPUTime() -> Duration { time(of: CLOCK_THREAD_CPUTIME_ID) }

private func time(of clock: clockid_t) -> Duration {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
}

/// Sleeps at least this long, whatever signals arrive.
package func nap(_ duration: Duration) {
  let end = monotonicNow() + duration
  while case let left = end - monotonicNow(), left > .zero {
    let (seconds, attoseconds) = left.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    unsafe nanosleep(&time, nil)
  }
}

/// The time after which a test takes something for hung. Far beyond what the slowest machine needs.
package let hangLimit = Duration.seconds(120)

/// Something that should have happened long ago did not.
package struct Hang: Error, CustomStringConvertible {
  package let description: String

  package init(waitingFor what: String) {
    description = "still waiting after \(hangLimit) for \(what)"
  }
}

/// Waits until `condition` holds; throws ``Hang`` instead of waiting for ever.
package func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
  let end = monotonicNow() + hangLimit
  while try !condition() {
    guard monotonicNow() < end else { throw Hang(waitingFor: what) }
    nap(.microseconds(500))
  }
}
