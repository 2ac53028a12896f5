/// A burst of operations. After it everyone is idle, so that a waiter whom nobody woke is left waiting: in
/// endless traffic the next unlock would wake it, and hide the defect.
struct Round: Sendable {
  let number: Int
  let instances: [LockInstance]
  /// By instance. Not all operations are enabled in every round: some defects show only where others are
  /// absent.
  let enabledOperations: [[Int]]
  let activeWorkers: Int
  let operationsPerWorker: Int
  let tempo: Tempo
  /// Of a round with long sections, if the kernel tells what it takes.
  let overtaking: Overtaking?
}

/// Plans rounds at random.
struct RoundPlanner {
  private static let mostOperationsPerWorker = 512
  private static let mostRoundsPerArena = 16
  /// Long rounds are to take less time than all others, which take the longer the more threads there are.
  private static let fewestRoundsPerLongRound = 48
  private static let threadRoundsPerLongRound = 2_048

  private let environment: StressEnvironment
  private var random: RandomSource
  private var arena: [LockInstance] = []
  private var roundsLeft = 0
  private var number = 0

  init(_ environment: StressEnvironment) {
    self.environment = environment
    random = RandomSource(seed: environment.seed, stream: -1)
  }

  /// The next round, and how many locks there are to choose from, if they are new.
  mutating func next() -> (round: Round, newLocks: Int?) {
    let isNewArena = roundsLeft == 0
    if isNewArena {
      arena = makeArena()
      roundsLeft = random.scaled(upTo: Self.mostRoundsPerArena)
    }
    roundsLeft -= 1
    number += 1
    let interval = max(
      Self.fewestRoundsPerLongRound, Self.threadRoundsPerLongRound / environment.threads)
    let round = random.oneIn(interval) ? longRound() : shortRound()
    return (round, isNewArena ? arena.count : nil)
  }

  private mutating func shortRound() -> Round {
    let threads = environment.threads
    return Round(
      number: number,
      instances: arena,
      enabledOperations: arena.map { subset(of: Array($0.kind.operations.indices)) },
      activeWorkers: random.oneIn(2) ? threads : random.scaled(upTo: threads),
      operationsPerWorker: random.scaled(upTo: Self.mostOperationsPerWorker),
      tempo: Tempo.short[random.below(Tempo.short.count)],
      overtaking: nil)
  }

  /// With all threads at one lock.
  private mutating func longRound() -> Round {
    let size = LongRound(threads: environment.threads, &random)
    let delays = RunDelays(of: environment.threadNumbers(ofWorkers: size.threads))
    return Round(
      number: number,
      instances: [arena[0]],
      enabledOperations: [subset(of: arena[0].kind.updatingOperations)],
      activeWorkers: size.threads,
      operationsPerWorker: size.operationsPerWorker,
      tempo: .long(size.sections),
      overtaking: delays.map { Overtaking(size, delays: $0) })
  }

  /// Mostly far fewer locks than threads.
  private mutating func makeArena() -> [LockInstance] {
    let count = random.scaled(upTo: max(environment.kinds.count, environment.threads / 4))
    return (0..<count).map { index in
      environment.kinds[random.below(environment.kinds.count)].makeInstance(index: index, environment)
    }
  }

  /// Everything, a single operation, or each with even odds.
  private mutating func subset(of all: [Int]) -> [Int] {
    switch random.below(4) {
    case 0: return all
    case 1: return [all[random.below(all.count)]]
    default:
      let chosen = all.filter { _ in random.oneIn(2) }
      return chosen.isEmpty ? all : chosen
    }
  }
}
