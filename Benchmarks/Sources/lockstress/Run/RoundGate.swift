/// Lets all workers into a round at once, and tells when the last of them is through.
final class RoundGate: Sendable {
  private let monitor = Monitor()
  private nonisolated(unsafe) var round: Round?
  private nonisolated(unsafe) var isClosed = false
  private nonisolated(unsafe) var running = 0

  // MARK: The coordinator's side

  func open(_ round: Round, workers: Int) {
    monitor.locked {
      self.round = round
      running = workers
      monitor.wakeAll()
    }
  }

  /// Whether all workers are through, at the latest at `deadline`.
  func isDone(by deadline: UInt64) -> Bool {
    monitor.sees(by: deadline) { running == 0 }
  }

  /// Sends the workers home; they are then waited for like a round.
  func close(workers: Int) {
    monitor.locked {
      isClosed = true
      running = workers
      monitor.wakeAll()
    }
  }

  // MARK: The workers' side

  /// The round after `number`; nil when there will be none.
  func next(after number: Int) -> Round? {
    monitor.locked {
      while !isClosed {
        if let round, round.number > number { return round }
        monitor.wait()
      }
      return nil
    }
  }

  func arrive() {
    monitor.locked {
      running -= 1
      if running == 0 { monitor.wakeAll() }
    }
  }
}
