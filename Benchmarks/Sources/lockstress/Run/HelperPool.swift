/// The threads that finish what others began: they release locks that they did not acquire, and acquire locks
/// that are handed over to them.
///
/// A job may wait for a lock that its submitter holds. So a submitter holds no other lock, and waits for nothing
/// but room in the queue and the begin of its job: both come as the jobs before it end.
final class HelperPool: Sendable {
  static let threads = 4
  private static let queueLimit = 256

  private struct Job {
    let body: @Sendable (Worker) -> Void
    let assignment: Assignment
  }

  private let monitor = Monitor()
  private nonisolated(unsafe) var queue: [Job] = []
  private nonisolated(unsafe) var unfinished = 0
  private nonisolated(unsafe) var isClosed = false

  /// Leaves the rest of `worker`'s operation to a helper.
  func submit(for worker: Worker, _ body: @escaping @Sendable (Worker) -> Void) {
    monitor.locked {
      while queue.count >= Self.queueLimit { monitor.wait() }
      queue.append(Job(body: body, assignment: worker.assignment))
      unfinished += 1
      monitor.wakeAll()
    }
  }

  /// The life of a helper.
  func serve(_ helper: Worker) {
    while let job = next() {
      helper.perform(job.body, of: job.assignment)
      monitor.locked {
        unfinished -= 1
        if unfinished == 0 { monitor.wakeAll() }
      }
    }
  }

  private func next() -> Job? {
    monitor.locked {
      while queue.isEmpty, !isClosed { monitor.wait() }
      if queue.count >= Self.queueLimit { monitor.wakeAll() }
      return queue.isEmpty ? nil : queue.removeFirst()
    }
  }

  /// Whether all jobs are done, at the latest at `deadline`.
  func isIdle(by deadline: UInt64) -> Bool {
    monitor.sees(by: deadline) { unfinished == 0 }
  }

  func close() {
    monitor.locked {
      isClosed = true
      monitor.wakeAll()
    }
  }
}
