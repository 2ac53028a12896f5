import BenchSupport

/// What is measured in a cell.
enum Workload: Hashable, Sendable {
  case uncontended
  case contended(Contention)
  case latency(Contention)
  case handOver(cpus: Int)
  case threadStart

  struct Contention: Hashable, Sendable {
    var threads: Int
    var inside: Nanoseconds
    var outside: Nanoseconds
  }

  /// What a table shows: time per operation, less is better, or operations per time, more is better.
  enum Metric: String, Codable, Sendable {
    case nanosecondsPerOperation
    case operationsPerSecond
  }
}

// MARK: The sets

extension Workload {
  private static let none = Nanoseconds(0)
  private static let short = Nanoseconds(100)
  private static let long = Nanoseconds(1000)

  static let core: [Workload] = [
    .uncontended,
    .contended(Contention(threads: 2, inside: none, outside: none)),
    .contended(Contention(threads: 2, inside: short, outside: short)),
    .contended(Contention(threads: 2, inside: long, outside: long)),
    .contended(Contention(threads: 4, inside: short, outside: short)),
    .contended(Contention(threads: 16, inside: short, outside: short)),
    .contended(Contention(threads: 64, inside: none, outside: short)),
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

  /// By the names under which they can be asked for.
  static let sets: [(name: String, workloads: [Workload])] = [
    ("core", core), ("matrix", matrix), ("latency", latencies),
  ]

  static let full = core + matrix.filter { !core.contains($0) } + latencies
}

// MARK: Names

extension Workload {
  var id: String {
    switch self {
    case .uncontended: "uncontended"
    case .contended(let contention): contention.id
    case .latency(let contention): "latency-\(contention.id)"
    case .handOver(let cpus): "handover-\(cpus)cpu"
    case .threadStart: "create-join"
    }
  }

  /// Any spelling that `id` can give, so that a contention of other numbers can be asked for.
  init?(id: String) {
    if let known = Workload.full.first(where: { $0.id == id }) {
      self = known
    } else if let contention = Contention(id: id) {
      self = .contended(contention)
    } else if id.hasPrefix("latency-"), let contention = Contention(id: String(id.dropFirst(8))) {
      self = .latency(contention)
    } else {
      return nil
    }
  }

  var title: String {
    switch self {
    case .uncontended: "Uncontended lock and unlock, 1 thread"
    case .contended(let contention): "Throughput, \(contention)"
    case .latency(let contention): "Acquisition latency, \(contention)"
    case .handOver(let cpus):
      "Hand-over round trip between two threads on \(cpus == 1 ? "one CPU" : "two CPUs")"
    case .threadStart: "Thread create and join"
    }
  }

  var metric: Metric {
    switch self {
    case .contended, .latency: .operationsPerSecond
    case .uncontended, .handOver, .threadStart: .nanosecondsPerOperation
    }
  }

  var threads: Int {
    switch self {
    case .contended(let contention), .latency(let contention): contention.threads
    case .handOver: 2
    case .uncontended, .threadStart: 1
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
    case .uncontended, .handOver, .threadStart:
      return nil
    }
  }
}

extension Workload.Contention: CustomStringConvertible {
  static let mostThreads = 1024

  init?(threads: Int, inside: String, outside: String) {
    guard (1...Self.mostThreads).contains(threads), let inside = Self.span(inside),
      let outside = Self.span(outside)
    else { return nil }
    self.init(threads: threads, inside: inside, outside: outside)
  }

  /// "16t-100ns-1us": threads, critical section, outside work.
  init?(id: String) {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].last == "t", let threads = Int(parts[0].dropLast()) else { return nil }
    self.init(threads: threads, inside: String(parts[1]), outside: String(parts[2]))
  }

  /// At most a millisecond: longer sections measure the scheduler.
  private static func span(_ text: String) -> Nanoseconds? {
    if text == "0" { return Nanoseconds(0) }
    guard let span = Nanoseconds(text), span.count <= 1_000_000 else { return nil }
    return span
  }

  var id: String { "\(threads)t-\(inside)-\(outside)" }

  var description: String {
    "\(threads) \(threads == 1 ? "thread" : "threads"), critical section \(inside), outside \(outside)"
  }
}
