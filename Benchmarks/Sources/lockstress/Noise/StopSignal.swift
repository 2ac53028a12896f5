import CStressSupport
import Synchronization

/// Tells a thread to end, and ends its rests.
final class StopSignal: Sendable {
  private let monitor = Monitor()
  private let flag = Atomic<Bool>(false)

  var isGiven: Bool { flag.load(ordering: .relaxed) }

  func give() {
    monitor.locked {
      flag.store(true, ordering: .relaxed)
      monitor.wakeAll()
    }
  }

  /// Returns after that many nanoseconds, or once the signal is given.
  func rest(_ nanoseconds: Int) {
    let end = stress_now() + UInt64(nanoseconds)
    monitor.locked {
      while !isGiven, stress_now() < end { monitor.wait(until: end) }
    }
  }
}
