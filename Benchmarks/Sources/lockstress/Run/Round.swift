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
}

/// Plans rounds at random.
struct RoundPlanner {
  private static let mostOperationsPerWorker = 512
  private static let mostRoundsPerArena = 16

  private let environment: StressEnvironment
  private var random: RandomSource
  private var arena: [LockInstance] = []
  private var roundsLeft = 0
  private var number = 0

  init(_ environment: StressEnvironment) {
    self.environment = environment
    random = RandomSource(seed: environment.seed, stream: -1)
  }

  /// The next round, and whether its locks are new.
  mutating func next() -> (round: Round, isNewArena: Bool) {
    let isNewArena = roundsLeft == 0
    if isNewArena {
      arena = makeArena()
      roundsLeft = random.scaled(upTo: Self.mostRoundsPerArena)
    }
    roundsLeft -= 1
    number += 1
    let threads = environment.threads
    let round = Round(
      number: number,
      instances: arena,
      enabledOperations: arena.map { subset(of: $0.kind.operations.count) },
      activeWorkers: random.oneIn(2) ? threads : random.scaled(upTo: threads),
      operationsPerWorker: random.scaled(upTo: Self.mostOperationsPerWorker),
      tempo: Tempo.allCases[random.below(Tempo.allCases.count)])
    return (round, isNewArena)
  }

  /// Mostly far fewer locks than threads.
  private mutating func makeArena() -> [LockInstance] {
    let count = random.scaled(upTo: max(environment.kinds.count, environment.threads / 4))
    return (0..<count).map { index in
      environment.kinds[random.below(environment.kinds.count)].makeInstance(index: index, environment)
    }
  }

  /// Everything, a single operation, or each with even odds.
  private mutating func subset(of count: Int) -> [Int] {
    let all = Array(0..<count)
    switch random.below(4) {
    case 0: return all
    case 1: return [random.below(count)]
    default:
      let chosen = all.filter { _ in random.oneIn(2) }
      return chosen.isEmpty ? all : chosen
    }
  }
}
