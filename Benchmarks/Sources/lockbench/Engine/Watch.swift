import CBenchSupport

enum CrewFailure: Error {
  /// The user asked to stop.
  case interrupted
  /// A worker never came to its end: it waits for a lock or a baton that it does not get.
  case stuck
}

/// What was seen of a crew during its window.
struct Watch {
  struct Worker {
    var operations: UInt64
    var cpuNanoseconds: UInt64
    /// An upper bound, in seconds; nil when the window was too short to say.
    var longestIdle: Double?
    /// From the start gate to the end, window or not.
    var allOperations: UInt64 = 0
    var switches: UInt64 = 0
    var voluntarySwitches: UInt64 = 0
  }

  var seconds: Double
  var workers: [Worker]
  /// Barriers in all threads that FastLock issued.
  var processBarriers: Int
  var process = ProcessUsage(cpuNanoseconds: 0, switches: 0)
}

/// CPU time and context switches of the whole process.
struct ProcessUsage {
  var cpuNanoseconds: UInt64
  var switches: UInt64

  static func now() -> ProcessUsage {
    ProcessUsage(cpuNanoseconds: bench_process_cpu_time(), switches: bench_process_switches())
  }

  static func - (after: ProcessUsage, before: ProcessUsage) -> ProcessUsage {
    ProcessUsage(
      cpuNanoseconds: after.cpuNanoseconds - before.cpuNanoseconds,
      switches: after.switches - before.switches)
  }
}
