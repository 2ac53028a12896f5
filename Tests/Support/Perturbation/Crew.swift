import Explorer
import TestSupport

/// The threads of one run, and the thread that starts and watches them, which takes part too.
struct Crew {
  private static let fewest = 3
  private static let most = 8
  private static let roundCounts = 4...24
  /// Operations of a member in one run. Far more than the most rounds need.
  private static let mostOperations = 100_000

  let roundCount: Int
  /// In steps at which others may go first. Short rests make crowds, long ones let a lock be free at times.
  private let longestRest: UInt64
  let members: [PerturbedThread]
  let watch: PerturbedThread

  /// All that chance decides in the run follows from `seed`.
  init(seed: UInt64, mutation: Mutation?) {
    var random = SplitMix64(seed: seed)
    let clock = Self.clock(drawing: random.next())
    func thread(_ number: Int) -> PerturbedThread {
      PerturbedThread(number: number, seed: random.next(), clock: clock, mutation: mutation)
    }
    roundCount = .random(in: Self.roundCounts, using: &random)
    longestRest = 1 << (random.next() % 8)
    members = (0..<Int.random(in: Self.fewest...Self.most, using: &random)).map(thread)
    watch = thread(members.count)
  }

  private static func clock(drawing number: UInt64) -> PerturbedClock {
    switch number % 4 {
    case 0: PerturbedClock(haste: 3, lag: .zero)
    case 1: PerturbedClock(haste: 5, lag: .zero)
    // Long enough for the thread that watches to see all asleep whom nobody will wake: what a deadline may still mend
    // is a mistake all the same.
    default: PerturbedClock(haste: 0, lag: .milliseconds(10))
    }
  }

  /// What all did. Once the run has ended.
  var tally: Tally {
    ([watch] + members).reduce(into: Tally()) { sum, thread in
      sum.add(thread.tally)
      sum.operations += thread.operationCount
    }
  }

  /// Whether every member has gone to sleep at least once.
  var haveAllSlept: Bool {
    members.allSatisfy(\.hasSlept)
  }

  /// What a member does between two rounds.
  func rest(_ thread: PerturbedThread) {
    var left = thread.draw(below: longestRest)
    while left > 0 {
      thread.disturb()
      left -= 1
    }
  }

  /// Runs `body` in all members, which start together.
  ///
  /// - Parameters:
  ///   - excuse: whether all may sleep though nobody is about to wake anybody.
  ///   - help: what the watching thread does meanwhile, again and again; whether there was anything to do.
  ///   - body: what each member does.
  /// - Returns: what it returned, in any order.
  /// - Throws: what a member threw, or ``BrokenRule`` when one spins or all that have not ended sleep. They are left to
  ///   themselves then.
  func run<Value: Sendable>(
    excusing excuse: () -> Bool = { false }, helping help: () throws -> Bool,
    _ body: @escaping @Sendable (PerturbedThread) throws -> Value
  ) throws -> [Value] {
    let gate = StartGate(parties: members.count)
    var running = members.map { member in
      let thread = TestThread {
        gate.pass()
        return try member.run { try body(member) }
      }
      return (member: member, thread: thread)
    }
    var values: [Value] = []
    let limit = monotonicNow() + hangLimit
    while true {
      while try watch.run(help) {}
      running = try running.filter { _, thread in
        guard thread.hasEnded else { return true }
        values.append(try thread.join())
        return false
      }
      if running.isEmpty { return values }
      if areAsleep(running.map { ($0.member, $0.thread.kernelID) }, unless: excuse), try !watch.run(help) {
        throw BrokenRule("lost wake-up: all that have not ended sleep")
      }
      if running.contains(where: { $0.member.operationCount > Self.mostOperations }) {
        throw BrokenRule("spins without end")
      }
      guard monotonicNow() < limit else { throw Hang(waitingFor: "the threads of a run to end") }
      nap(.microseconds(20))
    }
  }

  /// Whether all of these sleep, at one and the same moment, and for long.
  private func areAsleep(_ threads: [(PerturbedThread, KernelThreadID)], unless excuse: () -> Bool) -> Bool {
    func sleepCounts() -> [Int]? {
      var counts: [Int] = []
      for (thread, kernelID) in threads {
        // On the way to its sleep it may have to wait for an allocator or a sanitizer, but not in this way.
        guard thread.sleepsForLong, kernelID.futexSleep != nil else { return nil }
        guard let count = kernelID.sleepCount else { return nil }
        counts.append(count)
      }
      return counts
    }
    // Who sleeps in both rounds and has not been awake in between sleeps when the first round ends, as all others do.
    // What excuses them is asked at such a moment.
    guard let counts = sleepCounts(), !excuse() else { return false }
    return counts == sleepCounts()
  }
}
