import Synchronization

/// Where the workers can be stopped together, between two operations and in the middle of a round.
final class LoadGate: Sendable {
  private let monitor = Monitor()
  private let stopped = Atomic<Bool>(false)
  private nonisolated(unsafe) var running = 0

  // MARK: The workers' side

  /// Whether the caller, who is running, should leave and enter again.
  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// Waits until the load is not stopped; then the caller is running.
  func enter() {
    monitor.locked {
      while isStopped { monitor.wait() }
      running += 1
    }
  }

  func leave() {
    monitor.locked {
      running -= 1
      if running == 0, isStopped { monitor.wakeAll() }
    }
  }

  // MARK: The other side

  /// Nobody enters from here. Returns whether somebody was running.
  func stop() -> Bool {
    monitor.locked {
      stopped.store(true, ordering: .relaxed)
      return running > 0
    }
  }

  /// Whether nobody is running any more, at the latest at `deadline`.
  func isStill(by deadline: UInt64) -> Bool {
    monitor.sees(by: deadline) { running == 0 }
  }

  func start() {
    monitor.locked {
      stopped.store(false, ordering: .relaxed)
      monitor.wakeAll()
    }
  }
}
