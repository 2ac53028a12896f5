/// What a run must not show.
package enum Violation: Equatable, Sendable, CustomStringConvertible {
  /// Two threads were inside the section that a lock protects.
  case exclusion
  /// Two accesses to protected data, one of them a write, of which neither happens before the other.
  case dataRace
  /// Every thread that has not ended sleeps.
  case lostWakeUp
  /// The word was used after the memory could have been freed.
  case deadWord
  /// A run that does not end.
  case endless
  /// More took the lock before a starving waiter than is promised.
  case overtaken
  /// What the scenario itself demands.
  case broken(StaticString)

  package static func == (left: Violation, right: Violation) -> Bool { left.description == right.description }

  package var description: String {
    switch self {
    case .exclusion: "two threads hold the lock"
    case .dataRace: "data race on what the lock protects"
    case .lostWakeUp: "lost wake-up: all that have not ended sleep"
    case .deadWord: "the word was touched when it could be gone"
    case .endless: "spins without end"
    case .overtaken: "a starving waiter was overtaken more often than is promised"
    case .broken(let rule): "broken: \(rule)"
    }
  }
}
