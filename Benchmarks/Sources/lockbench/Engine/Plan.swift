import BenchSupport
import CBenchSupport

/// The cells of a run, ready to be measured.
struct Plan: Sendable {
  struct Entry: Sendable {
    let id: String
    let name: String
    let isFastLock: Bool
    let measure: @Sendable () throws(CrewFailure) -> Measurement
  }

  struct Cell: Sendable {
    let workload: Workload
    let timing: Crew.Timing
    let entries: [Entry]
    /// In later rounds it is left out.
    var mostRounds = Int.max

    var seconds: Double {
      let startAndEnd = 0.000_1 * Double(workload.threads) + 0.002
      // At the end everyone who waits gets the lock once more.
      let time = timing.warmUp + timing.window + (workload.sumOfSections?.count ?? 0)
      return Double(entries.count) * (Double(time) / 1e9 + startAndEnd)
    }
  }

  let cells: [Cell]
  /// What was asked for and cannot be measured here, each with its reason.
  let omissions: [String]

  func seconds(rounds: Int) -> Double {
    cells.map { Double(min(rounds, $0.mostRounds)) * $0.seconds }.reduce(0, +)
  }

  init(cells: [Cell], omissions: [String]) {
    self.cells = cells
    self.omissions = omissions
  }

  init(_ choice: Arguments.Choice, workUnit: WorkUnit, cpus: [Int32]) {
    let opponents = choice.opponents
    var cells: [Cell] = []
    var omissions: [String] = []
    for workload in choice.workloads {
      let timing = Crew.Timing(workload, window: choice.window(for: workload), cpus: cpus.count)
      let entries: [Entry]
      switch workload {
      case .uncontended:
        entries = Self.entries(Registry.locks, opponents) { (cells) throws(CrewFailure) in
          try cells.uncontended(timing)
        }
      case .contended(let contention) where contention.hasLongSections,
        .latency(let contention) where contention.hasLongSections:
        let loads = Array(repeating: SectionLoad(contention, workUnit), count: contention.threads)
        entries = Self.entries(Registry.locks, opponents) { (cells) throws(CrewFailure) in
          try cells.sections(loads, timing)
        }
      case .mixture(let mixture):
        let loads = SectionLoad.loads(mixture, workUnit)
        entries = Self.entries(Registry.locks, opponents ?? Self.mixtureOpponents, always: []) {
          (cells) throws(CrewFailure) in
          try cells.sections(loads, timing)
        }
      case .contended(let contention):
        let load = Load(contention, workUnit)
        entries = Self.entries(Registry.locks, opponents) { (cells) throws(CrewFailure) in
          try cells.contended(contention.threads, load, timing)
        }
      case .latency(let contention):
        let load = Load(contention, workUnit)
        entries = Self.entries(Registry.locks, opponents) { (cells) throws(CrewFailure) in
          try cells.latency(contention.threads, load, timing)
        }
      case .coupling(let threads):
        let work = workUnit.steps(nanoseconds: Coupling.work.count)
        let able = Registry.locks.filter { $0.cells.coupling != nil }
        let unable = Registry.locks.filter { opponents?.contains($0.id) ?? true && $0.cells.coupling == nil }
        omissions += unable.map { "\(workload.id): \($0.name) has a scoped form only" }
        entries = Self.entries(able, opponents) { (cells) throws(CrewFailure) in
          guard let measure = cells.coupling else { fatalError("only those that can take part do") }
          return try measure(threads, work, timing)
        }
      case .handOver(let count):
        guard cpus.count >= count else {
          omissions.append("\(workload.id): this process may use one CPU only")
          continue
        }
        let pair = (cpus[0], cpus[count - 1])
        entries = Self.entries(Registry.batons, opponents) { (cells) throws(CrewFailure) in
          try cells.measure(pair, timing)
        }
      case .threadStart:
        entries = Self.entries(Registry.threads, opponents) { (cells) throws(CrewFailure) in
          try cells.measure(timing)
        }
      }
      guard !entries.isEmpty else {
        omissions.append("\(workload.id): none of the opponents asked for takes part")
        continue
      }
      cells.append(
        Cell(
          workload: workload, timing: timing, entries: entries, mostRounds: choice.mostRounds(for: workload)))
    }
    self.init(cells: cells, omissions: omissions)
  }

  /// Mixtures take long, and hold each lock against limits instead of the reference.
  private static let mixtureOpponents: Set = [Registry.reference, "swift-next", "mutex", "rawmutex", "lock"]

  /// Those asked for, with what always takes part; none if nobody asked for takes part.
  private static func entries<Cells: Sendable>(
    _ registered: [Opponent<Cells>], _ wanted: Set<String>?,
    always: Set<String> = [Registry.reference, Registry.control],
    _ measure: @escaping @Sendable (Cells) throws(CrewFailure) -> Measurement
  ) -> [Entry] {
    guard wanted?.isDisjoint(with: registered.map(\.id)) != true else { return [] }
    return
      registered
      .filter { always.contains($0.id) || wanted?.contains($0.id) ?? true }
      .map { opponent in
        Entry(id: opponent.id, name: opponent.name, isFastLock: opponent.isFastLock) {
          () throws(CrewFailure) in
          try measure(opponent.cells)
        }
      }
  }
}

extension Crew.Timing {
  /// A window gives each thread at least two time slices of 4 ms: shorter ones say nothing about fairness.
  private static let leastCPUTimePerThread: UInt64 = 8_000_000

  init(_ workload: Workload, window: Nanoseconds, cpus: Int) {
    let fair = UInt64(workload.threads) * Self.leastCPUTimePerThread / UInt64(max(cpus, 1))
    let window = workload.threads > cpus ? max(window.count, fair) : window.count
    self.init(warmUp: min(max(window / 5, 5_000_000), 200_000_000), window: window)
  }
}

extension Load {
  init(_ contention: Workload.Contention, _ unit: WorkUnit) {
    inside = unit.steps(nanoseconds: contention.inside.count)
    outside = unit.steps(nanoseconds: contention.outside.count)
  }
}

func usableCPUs() -> [Int32] {
  var cpus = [Int32](repeating: 0, count: 1024)
  let count = bench_usable_cpus(&cpus, Int32(cpus.count))
  return Array(cpus.prefix(Int(count)))
}
