import Explorer

/// An algorithm of the library with all that is tried on it.
struct Subject: Sendable, CustomStringConvertible {
  /// The name of the generic enum in the sources.
  let algorithm: String
  /// What is explored to the end, or to the bound that the scenario states.
  let scenarios: [Scenario]
  /// Ways to break it, each of which a scenario must reveal.
  let mutants: [Mutation]

  var description: String { algorithm }

  static let all = [asymmetricMutex, releasableLock, oneShotEvent]
}

extension Scenario {
  /// The scenario under a memory model, with what may go wrong.
  func under(_ model: MemoryModel, _ faults: Faults = Faults(), preemptions: UInt8? = nil) -> Scenario {
    var changed = self
    changed.model = model
    changed.faults = faults
    changed.preemptions = preemptions
    return changed
  }

  var threadCount: Int { programs.count }

  var roundCount: Int { programs.map(\.count).max() ?? 0 }
}
