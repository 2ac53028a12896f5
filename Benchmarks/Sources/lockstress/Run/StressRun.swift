import CInterrupts
import CStressSupport
import FastLock

/// A whole run: starts the threads, lets them through round after round, checks the locks in between.
struct StressRun {
  private static let lookInterval: UInt64 = 100_000_000

  private let environment: StressEnvironment
  private let workers: [Worker]
  private let helpers: [Worker]
  private let stallLimit: Duration
  private let start = stress_now()
  private let end: UInt64
  private let gate = RoundGate()
  private var watchdog: Watchdog
  private var progressLine: ProgressLine
  private var wasInterrupted = false

  init(_ environment: StressEnvironment, duration: Duration, stallLimit: Duration) {
    self.environment = environment
    workers = (0..<environment.threads).map { Worker(index: $0, environment: environment) }
    helpers = (0..<HelperPool.threads).map {
      Worker(index: environment.threads + $0, environment: environment)
    }
    self.stallLimit = stallLimit
    end = start + duration.wholeNanoseconds
    watchdog = Watchdog(workers + helpers, stallLimit: stallLimit, now: start)
    progressLine = ProgressLine(duration: duration)
  }

  mutating func run(_ noise: [Noise]) -> RunResult {
    let helperThreads = helpers.map { helper in
      NativeThread { [environment] in
        environment.threadNumbers.enlist(helper.index)
        environment.helpers.serve(helper)
      }
    }
    let workerThreads = workers.map { worker in
      NativeThread { [gate] in Self.live(worker, gate) }
    }
    calibratePolling()
    let noiseThreads = NoiseThreads(
      noise, environment, targets: workerThreads + helperThreads, childLimit: stallLimit)

    let hang = runRounds()
    progressLine.erase()
    let noiseAccounts = noiseThreads.end()
    // After a hang there are threads that nobody can join. They end with the process.
    if hang == nil {
      gate.close(workers: 0)
      environment.helpers.close()
      for thread in workerThreads + helperThreads { thread.join() }
    }
    return RunResult(
      kinds: environment.kinds, account: hang == nil ? account : nil, operations: operations,
      rounds: environment.round, nanoseconds: stress_now() - start, threads: environment.threads,
      cpus: environment.cpus.count, noise: noiseAccounts, usage: stress_usage(),
      violations: environment.log.all, hang: hang, wasInterrupted: wasInterrupted)
  }

  /// The first thread that meets a taken lock decides how long all of them poll, by the number of CPUs that it
  /// may use. Noise may have left it only one.
  private func calibratePolling() {
    let lock = Locked(())
    lock.withLock { _ in _ = lock.withLockIfAvailable(within: .microseconds(1)) { _ in } }
  }

  private static func live(_ worker: Worker, _ gate: RoundGate) {
    worker.environment.threadNumbers.enlist(worker.index)
    var number = 0
    while let round = gate.next(after: number) {
      number = round.number
      if worker.index < round.activeWorkers { worker.perform(round) }
      gate.arrive()
    }
  }

  /// The description of a hang, if there was one.
  private mutating func runRounds() -> [String]? {
    var planner = RoundPlanner(environment)
    while !environment.isStopping {
      let (round, newLocks) = planner.next()
      environment.round = round.number
      environment.instances = round.instances
      for worker in workers + helpers { worker.prepare(for: round, newLocks: newLocks) }
      gate.open(round, workers: workers.count)
      while !isQuiescent() {
        look()
        if !watchdog.isContent(at: stress_now()) { return watchdog.describe(round) }
      }
      look()
      check(round)
    }
    return nil
  }

  private func isQuiescent() -> Bool {
    let deadline = stress_now() + Self.lookInterval
    return gate.isDone(by: deadline) && environment.helpers.isIdle(by: deadline)
  }

  private mutating func look() {
    let now = stress_now()
    if interrupts_came() { wasInterrupted = true }
    if wasInterrupted || now >= end { environment.stop() }
    progressLine.show(at: now - start, rounds: environment.round, operations: operations)
  }

  /// Everyone is idle.
  private func check(_ round: Round) {
    for instance in round.instances {
      let updates = workers.reduce(0) { $0 + $1.updates[instance.index] }
      for what in instance.discrepancies(updates: updates) {
        environment.log.add(
          Violation(what: what, thread: "after the round", place: instance.name, round: round.number))
      }
    }
  }

  private var account: Account {
    var sum = Account(environment.kinds)
    for worker in workers + helpers { sum.add(worker.account) }
    return sum
  }

  private var operations: Int { workers.reduce(0) { $0 + $1.progress } }
}
