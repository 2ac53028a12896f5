import CBenchSupport
import Glibc

/// Threads that do the same for a fixed time and are watched from outside.
///
/// The workers pass a start gate together, warm up, and work until they are told to stop. The watching thread reads
/// their counters and CPU clocks at both ends of the window: nothing in a worker's loop reads a clock, and all
/// workers are measured over the same time.
enum Crew {
  struct Timing: Sendable {
    var warmUp: UInt64
    var window: UInt64
  }

  /// What a worker's loop gets: a counter of its own to publish, and the phase that all workers share.
  struct Worker: @unchecked Sendable {
    let index: Int
    let operations: UnsafeMutablePointer<UInt64>
    let phase: UnsafeMutablePointer<UInt64>

    @inline(__always)
    var isOver: Bool { bench_load(phase) == Phase.over }
    @inline(__always)
    var isInWindow: Bool { bench_load(phase) == Phase.window }
  }

  enum Phase {
    @inline(__always) static var warmUp: UInt64 { 0 }
    @inline(__always) static var window: UInt64 { 1 }
    @inline(__always) static var over: UInt64 { 2 }
  }

  /// What takes that long never ends.
  private static let hangGuard: UInt64 = 60_000_000_000

  private struct Record {
    var operations: UInt64 = 0
    var switches: UInt64 = 0
  }

  static func run(
    threads: Int, _ timing: Timing, body: @escaping @Sendable (Worker) -> Void
  ) throws(CrewFailure) -> Watch {
    let phase = Block(Phase.warmUp)
    let gate = Block(pthread_barrier_t())
    pthread_barrier_init(gate.address, nil, UInt32(threads + 1))
    defer { pthread_barrier_destroy(gate.address) }
    let records = (0..<threads).map { _ in
      let record = allocateBlock(for: Record.self)
      record.initialize(to: Record())
      return record
    }
    defer { for record in records { record.deallocate() } }

    let crew = records.enumerated().map { index, record in
      let operations = UnsafeMutableRawPointer(record).assumingMemoryBound(to: UInt64.self)
      let worker = Worker(index: index, operations: operations, phase: phase.address)
      nonisolated(unsafe) let record = record
      nonisolated(unsafe) let gate = gate.address
      return PosixThread {
        pthread_barrier_wait(gate)
        let switchesBefore = bench_thread_switches()
        body(worker)
        record.pointee.switches = bench_thread_switches() - switchesBefore
      }
    }

    let processBefore = ProcessUsage.now()
    pthread_barrier_wait(gate.address)
    let counters = records.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt64.self) }
    let watched = watch(crew, counters, phase.address, timing)
    bench_store(phase.address, Phase.over)
    let hangGuard = bench_now() + Self.hangGuard
    for thread in crew where !thread.join(until: hangGuard) { throw .stuck }
    guard var watch = watched else { throw .interrupted }

    let processAfter = ProcessUsage.now()
    watch.process = processAfter - processBefore
    for index in records.indices {
      watch.workers[index].allOperations = records[index].pointee.operations
      watch.workers[index].switches = records[index].pointee.switches
    }
    return watch
  }

  private static func watch(
    _ crew: [PosixThread], _ counters: [UnsafeMutablePointer<UInt64>],
    _ phase: UnsafeMutablePointer<UInt64>, _ timing: Timing
  ) -> Watch? {
    guard sleep(until: bench_now() + timing.warmUp) else { return nil }
    bench_store(phase, Phase.window)
    let start = bench_now()
    let operationsBefore = counters.map { bench_load($0) }
    let cpuBefore = crew.map { bench_thread_cpu_time($0.handle) }

    let end = start + timing.window
    var idle = IdleTimes(start: start, counts: operationsBefore)
    let samples = timing.window >= IdleTimes.shortestWindow
    while bench_now() < end {
      guard sleep(until: samples ? min(end, bench_now() + IdleTimes.interval) : end) else { return nil }
      if samples { idle.sample(at: bench_now(), counts: counters.map { bench_load($0) }) }
    }
    // On a busy machine a short window may pass before any worker ran: then it is not over yet.
    while counters.map({ bench_load($0) }) == operationsBefore && bench_now() < end + hangGuard {
      guard sleep(until: bench_now() + 1_000_000) else { return nil }
    }

    let seconds = Double(bench_now() - start) / 1e9
    let operationsAfter = counters.map { bench_load($0) }
    let cpuAfter = crew.map { bench_thread_cpu_time($0.handle) }
    let longest = samples ? idle.longest : nil
    return Watch(
      seconds: seconds,
      workers: counters.indices.map { index in
        Watch.Worker(
          operations: operationsAfter[index] - operationsBefore[index],
          cpuNanoseconds: cpuAfter[index] - cpuBefore[index],
          longestIdle: longest.map { Double($0[index]) / 1e9 })
      })
  }

  /// Sleeps in slices, so that an interruption is noticed; false if there was one.
  private static func sleep(until end: UInt64) -> Bool {
    while !bench_interrupted() {
      let now = bench_now()
      guard now < end else { return true }
      usleep(UInt32(min(end - now, 50_000_000) / 1000) + 1)
    }
    return false
  }
}

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
  }

  var seconds: Double
  var workers: [Worker]
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
