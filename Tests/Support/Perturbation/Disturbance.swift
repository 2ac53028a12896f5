/// What the perturbed machine does to a thread.
package enum Disturbance: Int, CaseIterable, Sendable {
  /// Gives up the CPU.
  case yield
  case spin
  case nap
  /// A wait comes back as if woken, without having slept.
  case earlyReturn
  /// A wait comes back as if woken or by a signal, after it has slept for a while.
  case cutSleep
  /// A wait is refused, since the value has changed or a signal came; or a process barrier.
  case refusal
  /// A wait that has a deadline would end late.
  case lag
  /// A thread wakes others late.
  case lateWake
  /// A woken thread comes back late.
  case lateReturn
}

/// What threads did on the perturbed machine, and what was done to them.
package struct Tally: Sendable {
  package internal(set) var operations = 0
  package internal(set) var wakes = 0
  /// Waits that went to the kernel.
  package internal(set) var sleeps = 0
  /// Waits that the kernel ended because of a wake-up.
  package internal(set) var wakeUps = 0
  private var disturbances = [Int](repeating: 0, count: Disturbance.allCases.count)

  package internal(set) subscript(disturbance: Disturbance) -> Int {
    get { disturbances[disturbance.rawValue] }
    set { disturbances[disturbance.rawValue] = newValue }
  }

  mutating func add(_ other: Tally) {
    operations += other.operations
    wakes += other.wakes
    sleeps += other.sleeps
    wakeUps += other.wakeUps
    for disturbance in Disturbance.allCases { self[disturbance] += other[disturbance] }
  }
}

extension Tally: CustomStringConvertible {
  package var description: String {
    let injected = Disturbance.allCases.map { "\($0) \(self[$0])" }.joined(separator: ", ")
    return """
      \(operations) operations, \(sleeps) sleeps, \(wakes) wakes, \(wakeUps) wake-ups; injected: \(injected)
      """
  }
}
