import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What all threads of a run share.
final class StressEnvironment: Sendable {
  let seed: UInt64
  let threads: Int
  /// Those that the process may use.
  let cpus: [CInt]
  let kinds: [LockKind]
  let fault: Fault?
  let log = ViolationLog()
  let helpers = HelperPool()
  let load = LoadGate()
  let longHolds = LongHolds()
  let threadNumbers = ThreadNumbers()
  private let stopping = Atomic<Bool>(false)
  private let currentRound = Atomic<Int>(0)
  private let monitor = Monitor()
  private nonisolated(unsafe) var currentInstances: [LockInstance] = []

  init(seed: UInt64, threads: Int, cpus: [CInt], locks: [any LockUnderStress.Type], fault: Fault?) {
    self.seed = seed
    self.threads = threads
    self.cpus = cpus
    self.fault = fault
    kinds = locks.enumerated().map { LockKind($1, index: $0) }
  }

  /// No operation is begun any more once this is true.
  var isStopping: Bool { stopping.load(ordering: .relaxed) || !log.isEmpty }

  func stop() {
    stopping.store(true, ordering: .relaxed)
  }

  var round: Int {
    get { currentRound.load(ordering: .relaxed) }
    set { currentRound.store(newValue, ordering: .relaxed) }
  }

  /// The locks of the current round.
  var instances: [LockInstance] {
    get { monitor.locked { currentInstances } }
    set { monitor.locked { currentInstances = newValue } }
  }

  /// Of the first `count` workers, and of the helpers.
  func threadNumbers(ofWorkers count: Int) -> [pid_t] {
    threadNumbers.numbers(of: Array(0..<count) + (threads..<threads + HelperPool.threads))
  }

  /// Helpers are numbered after the workers.
  func name(ofThread index: Int) -> String {
    index < threads ? "worker \(index)" : "helper \(index - threads)"
  }
}
