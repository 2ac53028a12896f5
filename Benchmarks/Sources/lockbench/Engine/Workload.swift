import BenchSupport

/// What is measured in a cell.
enum Workload: Hashable, Sendable {
  case uncontended
  case contended(Contention)
  case latency(Contention)
  case mixture(Mixture)
  case coupling(threads: Int)
  case handOver(cpus: Int)
  case threadStart

  /// What a table shows: time per operation, less is better, or operations per time, more is better.
  enum Metric: String, Codable, Sendable {
    case nanosecondsPerOperation
    case operationsPerSecond
  }

  /// Which figures a table shows.
  enum Table: String, Codable, Sendable {
    case time
    case throughput
    case latency
    case sections
    case mixture
    case coupling

    /// Whether it tells what a lock costs, which is nothing beside sections that are long.
    var tellsCost: Bool { self != .sections && self != .mixture }
  }
}

// MARK: The sets

extension Workload {
  private static let none = Nanoseconds(0)
  private static let short = Nanoseconds(100)
  private static let long = Nanoseconds(1000)

  private static func milliseconds(_ count: UInt64) -> Nanoseconds { Nanoseconds(count * 1_000_000) }

  static let core: [Workload] = [
    .uncontended,
    .contended(Contention(threads: 2, inside: none, outside: none)),
    .contended(Contention(threads: 2, inside: short, outside: short)),
    .contended(Contention(threads: 2, inside: long, outside: long)),
    .contended(Contention(threads: 4, inside: short, outside: short)),
    .contended(Contention(threads: 16, inside: short, outside: short)),
    .contended(Contention(threads: 64, inside: none, outside: short)),
    .contended(Contention(threads: 4, inside: milliseconds(5), outside: none, sleepsInside: true)),
    .handOver(cpus: 1),
    .handOver(cpus: 2),
    .threadStart,
  ]

  static let matrix: [Workload] = [1, 2, 4, 8, 16, 64].flatMap { threads in
    [none, short, long].flatMap { inside in
      [none, short, long].map { .contended(Contention(threads: threads, inside: inside, outside: $0)) }
    }
  }

  static let latencies: [Workload] = [
    .latency(Contention(threads: 2, inside: short, outside: short)),
    .latency(Contention(threads: 4, inside: short, outside: short)),
    .latency(Contention(threads: 16, inside: short, outside: short)),
    .latency(Contention(threads: 64, inside: none, outside: short)),
  ]

  static let sections: [Workload] = [
    .contended(Contention(threads: 4, inside: milliseconds(1), outside: none, sleepsInside: true)),
    .contended(Contention(threads: 4, inside: milliseconds(5), outside: none, sleepsInside: true)),
    .contended(Contention(threads: 8, inside: milliseconds(20), outside: none, sleepsInside: true)),
    .contended(Contention(threads: 16, inside: Nanoseconds(100_000), outside: Nanoseconds(100_000))),
  ]

  static let couplings: [Workload] = [.coupling(threads: 2), .coupling(threads: 16)]

  /// By the names under which they can be asked for.
  static let sets: [(name: String, workloads: [Workload])] = [
    ("core", core), ("matrix", matrix), ("latency", latencies), ("sections", sections),
    ("coupling", couplings),
  ]

  static let mixtures = "mixtures"

  /// A set by its name; which mixtures there are depends on the seed.
  static func set(_ name: String, seed: UInt64) -> [Workload]? {
    name == mixtures
      ? Mixture.all(seed: seed).map { .mixture($0) } : sets.first { $0.name == name }?.workloads
  }

  static let full = core + (matrix + sections).filter { !core.contains($0) } + latencies + couplings
}

// MARK: Names

extension Workload {
  var id: String {
    switch self {
    case .uncontended: "uncontended"
    case .contended(let contention): contention.id
    case .latency(let contention): "latency-\(contention.id)"
    case .mixture(let mixture): mixture.id
    case .coupling(let threads): "\(Self.couplingPrefix)\(threads)t"
    case .handOver(let cpus): "handover-\(cpus)cpu"
    case .threadStart: "create-join"
    }
  }

  private static let couplingPrefix = "coupling-"

  /// Any spelling that `id` can give, so that a contention of other numbers can be asked for. The seed matters to
  /// mixtures alone.
  init?(id: String, seed: UInt64 = 0) {
    if let mixture = Mixture.all(seed: seed).first(where: { $0.id == id }) {
      self = .mixture(mixture)
    } else if let known = Workload.full.first(where: { $0.id == id }) {
      self = known
    } else if let contention = Contention(id: id) {
      self = .contended(contention)
    } else if id.hasPrefix("latency-"), let contention = Contention(id: String(id.dropFirst(8))) {
      self = .latency(contention)
    } else if id.hasPrefix(Self.couplingPrefix),
      let threads = Self.threads(id.dropFirst(Self.couplingPrefix.count)),
      (1...Contention.mostThreads).contains(threads)
    {
      self = .coupling(threads: threads)
    } else {
      return nil
    }
  }

  var title: String {
    switch self {
    case .uncontended: "Uncontended lock and unlock, 1 thread"
    case .contended(let contention):
      "\(contention.hasLongSections ? "Throughput and waits" : "Throughput"), \(contention)"
    case .latency(let contention): "Acquisition latency, \(contention)"
    case .mixture(let mixture): "Mixture, \(mixture)"
    case .coupling(let threads):
      "Hand over hand along a list of \(Coupling.nodes) locks, \(threads) \(threads == 1 ? "thread" : "threads")"
    case .handOver(let cpus):
      "Hand-over round trip between two threads on \(cpus == 1 ? "one CPU" : "two CPUs")"
    case .threadStart: "Thread create and join"
    }
  }

  var metric: Metric {
    switch self {
    case .contended, .latency, .mixture, .coupling: .operationsPerSecond
    case .uncontended, .handOver, .threadStart: .nanosecondsPerOperation
    }
  }

  var table: Table {
    switch self {
    case .contended(let contention): contention.hasLongSections ? .sections : .throughput
    case .latency: .latency
    case .mixture: .mixture
    case .coupling: .coupling
    case .uncontended, .handOver, .threadStart: .time
    }
  }

  var mixture: Mixture? {
    if case .mixture(let mixture) = self { mixture } else { nil }
  }

  var threads: Int {
    switch self {
    case .contended(let contention), .latency(let contention): contention.threads
    case .mixture(let mixture): mixture.threads
    case .coupling(let threads): threads
    case .handOver: 2
    case .uncontended, .threadStart: 1
    }
  }

  /// One section of every thread, one after the other, where sections are long.
  var sumOfSections: Nanoseconds? {
    switch self {
    case .contended(let contention), .latency(let contention):
      contention.hasLongSections ? Nanoseconds(contention.sumOfSections) : nil
    case .mixture(let mixture):
      Nanoseconds(mixture.sumOfSections)
    case .uncontended, .coupling, .handOver, .threadStart:
      nil
    }
  }

  /// The same with another number of threads; nil where that makes no sense.
  func with(threads: Int) -> Workload? {
    switch self {
    case .contended(var contention):
      contention.threads = threads
      return .contended(contention)
    case .latency(var contention):
      contention.threads = threads
      return .latency(contention)
    case .coupling:
      return .coupling(threads: threads)
    case .uncontended, .mixture, .handOver, .threadStart:
      return nil
    }
  }

  /// "16t" in the name of a workload.
  static func threads(_ text: Substring) -> Int? {
    guard text.last == "t" else { return nil }
    return Int(text.dropLast())
  }
}
