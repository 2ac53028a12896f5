import Explorer
import TestSupport

/// The threads of one run, and the thread that starts and watches them, which takes part too.
struct Crew {
  private static let fewest = 3
  private static let most = 8
  private static let roundCounts = 4...24

  let roundCount: Int
  /// In steps at which others may go first. Short rests make crowds, long ones let a lock be free at times.
  private let longestRest: UInt64
  let members: [PerturbedThread]
  let watch: PerturbedThread

  /// All that chance decides in the run follows from `seed`.
  init(seed: UInt64, mutation: Mutation?) {
    var random = SplitMix64(seed: seed)
    func thread(_ number: Int) -> PerturbedThread {
      PerturbedThread(number: number, seed: random.next(), mutation: mutation)
    }
    roundCount = .random(in: Self.roundCounts, using: &random)
    longestRest = 1 << (random.next() % 8)
    members = (0..<Int.random(in: Self.fewest...Self.most, using: &random)).map(thread)
    watch = thread(members.count)
  }

  /// What all did. Once the run has ended.
  var tally: Tally {
    members.reduce(into: watch.tally) { $0.add($1.tally) }
  }

  /// Whether every member has gone to sleep at least once.
  var haveAllSlept: Bool {
    members.allSatisfy(\.hasSlept)
  }

  /// What a member does between two rounds.
  func rest(_ thread: PerturbedThread) {
    for _ in 0..<thread.draw(below: longestRest) { thread.disturb() }
  }

  /// Runs `body` in all members, which start together.
  ///
  /// - Parameters:
  ///   - help: what the watching thread does meanwhile, again and again; whether there was anything to do.
  ///   - body: what each member does.
  /// - Returns: what it returned, in any order.
  /// - Throws: what a member threw, or ``BrokenRule`` when all that have not ended sleep for good. The others are left
  ///   to themselves then.
  func run<Value: Sendable>(
    helping help: () throws -> Bool, _ body: @escaping @Sendable (PerturbedThread) throws -> Value
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
      if sleepForGood(running.map { ($0.member, $0.thread.kernelID) }), try !watch.run(help) {
        throw BrokenRule("lost wake-up: all that have not ended sleep")
      }
      guard monotonicNow() < limit else { throw Hang(waitingFor: "the threads of a run to end") }
      nap(.microseconds(20))
    }
  }

  /// Whether all of these sleep, at one and the same moment, until one of them wakes another.
  private func sleepForGood(_ threads: [(PerturbedThread, KernelThreadID)]) -> Bool {
    func sleepCounts() -> [Int]? {
      var counts: [Int] = []
      for (thread, kernelID) in threads {
        // On the way to its sleep it may have to wait for an allocator or a sanitizer, but not in this way.
        guard thread.sleepsForGood, kernelID.futexSleep != nil else { return nil }
        guard let count = kernelID.sleepCount else { return nil }
        counts.append(count)
      }
      return counts
    }
    // Who sleeps in both rounds and has not been awake in between sleeps when the first round ends, as all others do.
    guard let counts = sleepCounts() else { return false }
    return counts == sleepCounts()
  }
}
