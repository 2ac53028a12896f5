package import FastLock

/// What one thread does in one go.
///
/// The closure captures nothing: a run is abandoned where it ends, and what its stacks hold is never released.
package struct Action: Sendable {
  package let name: StaticString
  package let run: @Sendable (World) -> Void

  package init(_ name: StaticString, _ run: @escaping @Sendable (World) -> Void) {
    self.name = name
    self.run = run
  }
}

/// Threads that meet at a lock, what may befall them, and what must hold at the end.
package struct Scenario: Sendable, CustomStringConvertible {
  package var name: String
  /// What each thread does.
  package var programs: [[Action]]
  package var model = MemoryModel.totalStoreOrder
  package var faults = Faults()
  /// How often a thread that could go on may be interrupted by another; nil for no bound.
  package var preemptions: UInt8?
  package var spin = SpinBudget.none
  /// Whether a wake-up takes the longest asleep, as the kernel does among equals, or any.
  package var wakesInOrder = false
  /// What is promised to those who starve; nil where it is not judged.
  package var overtaking: Overtaking?
  /// Threads whose sleep among the ordinary has no timer of its own.
  package var patientThreads: Set<Int> = []
  /// What the words hold at first; those not named, zero.
  package var initialValues: [UInt32] = []
  /// Whether threads sleep wrongly, when all that have not ended do. Where it is right that they do, their deadlines
  /// pass.
  package var isLost: @Sendable (World) -> Bool = { _ in true }
  /// Runs when all have ended, in a thread of its own, which may use the lock once more.
  package var atEnd: @Sendable (World) -> Void = { _ in }

  package init(_ name: String, _ programs: [[Action]]) {
    self.name = name
    self.programs = programs
  }

  package var description: String {
    "\(name), \(model), \(preemptions.map { "at most \($0) preemptions" } ?? "complete")"
  }
}

// MARK: What operations do besides using a lock

extension World {
  /// Goes into the section that the lock protects.
  package func enter() {
    if state.pointee.inside != 0 { fail(.exclusion) }
    state.pointee.inside |= 1 << UInt32(thread)
  }

  package func leave() {
    // Another may have come in; then it was told so.
    state.pointee.inside &= ~(1 << UInt32(thread))
  }

  /// Writes what the lock protects.
  package func write(_ index: Int = 0) {
    let data = state.pointee.data + index
    let clock = running.pointee.clock
    guard clock[Int(data.pointee.lastWriter)] >= data.pointee.lastWrite, all(data.pointee.reads .<= clock)
    else {
      fail(.dataRace)
    }
    data.pointee.lastWriter = UInt8(thread)
    data.pointee.lastWrite = clock[thread]
    data.pointee.reads = VectorClock()
  }

  /// Reads it.
  package func read(_ index: Int = 0) {
    let data = state.pointee.data + index
    guard running.pointee.clock[Int(data.pointee.lastWriter)] >= data.pointee.lastWrite else {
      fail(.dataRace)
    }
    data.pointee.reads[thread] = running.pointee.clock[thread]
  }

  package func require(_ condition: Bool, _ rule: StaticString) {
    if !condition { fail(.broken(rule)) }
  }

  /// Futex operations and process barriers so far.
  package var systemCalls: Int { state.pointee.systemCalls }

  /// What the running thread keeps from one operation to the next.
  package var notes: UInt32 {
    get { running.pointee.notes }
    nonmutating set { running.pointee.notes = newValue }
  }

  /// What the scenario keeps about the run.
  package var monitor: UInt64 {
    get { state.pointee.monitor }
    nonmutating set { state.pointee.monitor = newValue }
  }
}
