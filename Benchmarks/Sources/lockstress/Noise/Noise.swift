import ArgumentParser
import CStressSupport

/// A disturbance of the whole run.
enum Noise: String, CaseIterable, Sendable {
  /// Threads are interrupted by signals all the time.
  case signals
  /// The whole load stops and starts again, so that locks pass between idle and contended.
  case stutter
  /// Threads are moved between CPUs while they run.
  case shuffle
  /// For periods all threads share one CPU: who holds a lock is often not running.
  case oneCPU = "one-cpu"
  /// Once in a great while a lock is held for milliseconds.
  case longHolds = "long-holds"
  /// The process is forked while threads hold locks and wait for them; the child uses what it finds.
  case forks

  /// Stands for every noise that is possible in this build.
  static let all = "all"

  static var names: [String] { allCases.map(\.rawValue) + [all] }

  /// Each noise at most once, in the order of the cases.
  static func selected(by names: [String]) throws(ValidationError) -> [Noise] {
    let choices = "\(Self.names.joined(separator: ", "))"
    if names.isEmpty { throw ValidationError("--noise names no noise: \(choices)") }
    for name in names where !Self.names.contains(name) {
      throw ValidationError("there is no noise '\(name)': \(choices)")
    }
    for noise in allCases where names.contains(noise.rawValue) && !noise.isPossible {
      throw ValidationError("under ThreadSanitizer there is no noise '\(noise.rawValue)'")
    }
    return allCases.filter { names.contains($0.rawValue) || names.contains(all) && $0.isPossible }
  }

  var isPossible: Bool { self != .forks || stress_can_fork() }
}
