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
  private(set) var account: Account

  private var current = Assignment.none
  private var startOfCurrent: UInt64 = 0
  private var overtaking: Overtaking?
  private var wait: Overtaking.Wait?
  private let visible = Atomic<Int>(Worker.idle)
  private let steps = Atomic<Int>(0)
  private let inside = Atomic<Bool>(false)
  private static let idle = -1
  private static let operationLimit = 64

  init(index: Int, environment: StressEnvironment) {
    self.index = index
    self.environment = environment
    random = RandomSource(seed: environment.seed, stream: index)
    account = Account(environment.kinds)
  }

  var name: String { environment.name(ofThread: index) }

  // MARK: What the thread does

  func prepare(for round: Round, newLocks: Int?) {
    tempo = round.tempo
    overtaking = round.overtaking
    if let newLocks { updates = Array(repeating: 0, count: newLocks) }
  }

  func perform(_ round: Round) {
    environment.load.enter()
    for _ in 0..<round.operationsPerWorker where !environment.isStopping {
      if environment.load.isStopped {
        end()
        environment.load.leave()
        environment.load.enter()
      }
      let instance = round.instances[random.below(round.instances.count)]
      let enabled = round.enabledOperations[instance.index]
      let operation = enabled[random.below(enabled.count)]
      begin(Assignment(instance: instance, operation: operation))
      count(instance.perform(operation, self))
      tempo.pauseOutside(&random)
    }
    end()
    environment.load.leave()
  }

  /// The job that another thread's operation left to this one.
  func perform(_ job: (Worker) -> Void, of assignment: Assignment) {
    begin(assignment)
    job(self)
    end()
  }

  private func begin(_ assignment: Assignment) {
    current = assignment
    wait = overtaking?.begin(at: stress_now())
    startOfCurrent = stress_now()
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
    if outcome != .performed {
      noteWait(for: instance)
      judgeWait(for: instance)
    }
    account.kinds[instance.kind.index].operations[current.operation].count(outcome)
  }

  private func noteWait(for instance: LockInstance) {
    let wait = stress_now() - startOfCurrent
    account.kinds[instance.kind.index].operations[current.operation].noteWait(wait)
  }

  private func judgeWait(for instance: LockInstance) {
    guard let overtaking, let wait,
      let finding = overtaking.judge(wait, interrupted: stress_last_noise_signal(), at: stress_now())
    else { return }
    account.kinds[instance.kind.index].noteOvertaking(finding)
    if finding.isViolation { violated(overtaking.description(of: finding)) }
  }

  // MARK: What locks call

  var assignment: Assignment { current }

  /// First thing inside.
  func countUpdate() {
    guard let instance = current.instance else { return }
    noteWait(for: instance)
    judgeWait(for: instance)
    overtaking?.note(stress_now())
    updates[instance.index] += 1
    account.kinds[instance.kind.index].holds += 1
  }

  /// What the holder does inside, besides the update: something that gives others time to come.
  func dwell() {
    // Among long sections a long hold may be the shortest.
    guard tempo.sections == nil, let held = environment.longHolds.holdIfDue(&random) else {
      return tempo.dwellInside(&random)
    }
    if let instance = current.instance { account.kinds[instance.kind.index].noteLongHold(held) }
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
