import CStressSupport
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One thread of the stress: its random numbers, its account of what it did, and what others may see of it.
///
/// All but the atomic part belongs to its own thread during a round and to the coordinator between rounds.
final class Worker: @unchecked Sendable {
  let index: Int
  let environment: StressEnvironment
  var random: RandomSource
  var tempo = Tempo.tight

  /// How often each instance was entered: what its counters are reconciled with.
  private(set) var updates: [UInt64] = []
  /// By kind, operation and outcome.
  private(set) var counts: [[[UInt64]]]

  private var current = Assignment.none
  private let visible = Atomic<Int>(Worker.idle)
  private let steps = Atomic<Int>(0)
  private let inside = Atomic<Bool>(false)
  private static let idle = -1
  private static let operationLimit = 64

  init(index: Int, environment: StressEnvironment) {
    self.index = index
    self.environment = environment
    random = RandomSource(seed: environment.seed, stream: index)
    counts = environment.kinds.map { kind in
      Array(repeating: Array(repeating: 0, count: Outcome.allCases.count), count: kind.operations.count)
    }
  }

  var name: String { environment.name(ofThread: index) }

  // MARK: What the thread does

  func prepare(for round: Round, isNewArena: Bool) {
    tempo = round.tempo
    if isNewArena { updates = Array(repeating: 0, count: round.instances.count) }
  }

  func perform(_ round: Round) {
    for _ in 0..<round.operationsPerWorker where !environment.isStopping {
      let instance = round.instances[random.below(round.instances.count)]
      let enabled = round.enabledOperations[instance.index]
      let operation = enabled[random.below(enabled.count)]
      begin(Assignment(instance: instance, operation: operation))
      count(instance.perform(operation, self))
      tempo.pauseOutside(&random)
    }
    end()
  }

  /// The job that another thread's operation left to this one.
  func perform(_ job: (Worker) -> Void, of assignment: Assignment) {
    begin(assignment)
    job(self)
    end()
  }

  private func begin(_ assignment: Assignment) {
    current = assignment
    guard let instance = assignment.instance else { return }
    visible.store(instance.index * Self.operationLimit + assignment.operation, ordering: .relaxed)
    steps.wrappingAdd(1, ordering: .relaxed)
  }

  private func end() {
    visible.store(Self.idle, ordering: .relaxed)
    current = .none
  }

  private func count(_ outcome: Outcome) {
    guard let instance = current.instance else { return }
    counts[instance.kind.index][current.operation][outcome.rawValue] += 1
  }

  // MARK: What locks call

  var assignment: Assignment { current }

  func countUpdate() {
    guard let instance = current.instance else { return }
    updates[instance.index] += 1
  }

  /// What the holder does inside, besides the update: something that gives others time to come.
  func dwell() {
    tempo.dwellInside(&random)
  }

  var isInside: Bool {
    get { inside.load(ordering: .relaxed) }
    set { inside.store(newValue, ordering: .relaxed) }
  }

  func violated(_ what: String) {
    environment.log.add(
      Violation(what: what, thread: name, place: current.description, round: environment.round))
  }

  // MARK: What the watchdog sees

  var progress: Int { steps.load(ordering: .relaxed) }

  /// The instance's index and the operation; nil when there is nothing to do.
  var activity: (instance: Int, operation: Int)? {
    let seen = visible.load(ordering: .relaxed)
    guard seen != Self.idle else { return nil }
    return (seen / Self.operationLimit, seen % Self.operationLimit)
  }
}

/// What a thread is doing, and to which lock.
struct Assignment: Sendable {
  let instance: LockInstance?
  let operation: Int

  static let none = Assignment(instance: nil, operation: 0)

  init(instance: LockInstance?, operation: Int) {
    self.instance = instance
    self.operation = operation
  }

  var description: String {
    guard let instance else { return "between operations" }
    return "\(instance.name), '\(instance.kind.operations[operation])'"
  }
}
