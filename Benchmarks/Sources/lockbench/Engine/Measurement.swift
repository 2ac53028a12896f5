import BenchSupport

/// One opponent in one cell in one round.
struct Measurement: Codable, Sendable {
  var round = 0
  var seconds: Double
  var operations: UInt64
  /// Operations of each worker in the window, where workers compete.
  var operationsPerThread: [UInt64]
  var cpuNanosecondsPerOperation: Double
  var contextSwitchesPerOperation: Double
  /// Of these the voluntary ones: a thread that goes to sleep for a lock makes one. Nil where others than the workers
  /// do the operations.
  var voluntarySwitchesPerOperation: Double?
  /// Barriers in all threads that FastLock issued in the window; none is issued for another lock.
  var processBarriers = 0
  /// Upper bound of the longest time for which some worker completed no operation; nil for short windows.
  var longestIdleSeconds: Double?
  var latency: Latency?
  var waits: Waits?
  /// Whether what the lock protected came out right.
  var isIntact: Bool

  struct Latency: Codable, Sendable {
    var p50: UInt64
    var p99: UInt64
    var p999: UInt64
    var p9999: UInt64
    var maximum: UInt64
  }

  /// Where sections are long: the worst of those waits for the lock that ended after the warm-up.
  struct Waits: Codable, Sendable {
    var longestNanoseconds: UInt64
    /// Acquisitions by others in one wait, after its first moments.
    var mostOvertakings: UInt64
  }

  var operationsPerSecond: Double { Double(operations) / seconds }
  var nanosecondsPerOperation: Double { operations == 0 ? .infinity : seconds * 1e9 / Double(operations) }
  var barriersPer10000Operations: Double { Double(processBarriers) * 10_000 / Double(max(operations, 1)) }
  var jainIndex: Double { Statistics.jainIndex(operationsPerThread.map { Double($0) }) }
  var starvedThreads: Int { operationsPerThread.count { $0 == 0 } }

  /// The share of the thread that got least, as a part of an equal share.
  var leastShare: Double {
    guard let least = operationsPerThread.min(), operations > 0 else { return 0 }
    return Double(least) * Double(operationsPerThread.count) / Double(operations)
  }
}

extension Measurement {
  /// All workers compete: each of their operations counts.
  init(competing watch: Watch, isIntact: Bool, latency: Latency? = nil, waits: Waits? = nil) {
    let perThread = watch.workers.map(\.operations)
    self.init(
      watch, operations: perThread.reduce(0, +),
      allOperations: watch.workers.map(\.allOperations).reduce(0, +),
      isIntact: isIntact)
    operationsPerThread = perThread
    longestIdleSeconds = watch.workers.compactMap(\.longestIdle).max()
    self.latency = latency
    self.waits = waits
  }

  /// The workers take turns, and each of them counts the round trips.
  init(cooperating watch: Watch, isIntact: Bool) {
    self.init(
      watch, operations: watch.workers.map(\.operations).max() ?? 0,
      allOperations: watch.workers.map(\.allOperations).max() ?? 0, isIntact: isIntact)
  }

  private init(_ watch: Watch, operations: UInt64, allOperations: UInt64, isIntact: Bool) {
    let cpu = watch.workers.map(\.cpuNanoseconds).reduce(0, +)
    let switches = watch.workers.map(\.switches).reduce(0, +)
    let voluntary = watch.workers.map(\.voluntarySwitches).reduce(0, +)
    self.init(
      seconds: watch.seconds, operations: operations, operationsPerThread: [],
      cpuNanosecondsPerOperation: Double(cpu) / Double(max(operations, 1)),
      contextSwitchesPerOperation: Double(switches) / Double(max(allOperations, 1)),
      voluntarySwitchesPerOperation: Double(voluntary) / Double(max(allOperations, 1)),
      processBarriers: watch.processBarriers,
      isIntact: isIntact)
  }
}
