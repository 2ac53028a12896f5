import Synchronization

/// A broken promise, and where it was seen.
struct Violation: Sendable {
  let what: String
  let thread: String
  let place: String
  let round: Int

  var description: String {
    "\(what) [\(thread), \(place), round \(round)]"
  }
}

/// The violations of a run. The first one ends the run.
final class ViolationLog: Sendable {
  /// More say nothing new.
  private static let mostKept = 20

  private let monitor = Monitor()
  private let isEmptyFlag = Atomic<Bool>(true)
  private nonisolated(unsafe) var kept: [Violation] = []
  private nonisolated(unsafe) var total = 0

  var isEmpty: Bool { isEmptyFlag.load(ordering: .relaxed) }

  var all: (kept: [Violation], total: Int) {
    monitor.locked { (kept, total) }
  }

  func add(_ violation: Violation) {
    monitor.locked {
      total += 1
      if kept.count < Self.mostKept { kept.append(violation) }
    }
    isEmptyFlag.store(false, ordering: .relaxed)
  }
}
