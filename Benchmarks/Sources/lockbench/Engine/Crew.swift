import CBenchSupport
import CInterrupts
@_spi(Measurement) import FastLock
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
    var isWarmingUp: Bool { bench_load(phase) == Phase.warmUp }
  }

  enum Phase {
    @inline(__always) static var warmUp: UInt64 { 0 }
    @inline(__always) static var window: UInt64 { 1 }
    @inline(__always) static var over: UInt64 { 2 }
  }

  /// What takes that long never ends.
  private static let hangGuard: UInt64 = 60_000_000_000

  static func run(
    threads: Int, _ timing: Timing, countBarriers: () -> Int = { ProcessBarrier.count },
    body: @escaping @Sendable (Worker) -> Void
  ) throws(CrewFailure) -> Watch {
    let memory = CrewMemory(threads: threads)
    let before = ProcessUsage.now()
    let crew = (0..<threads).map { index in
      PosixThread {
        memory.passGate()
        let (before, voluntaryBefore) = (bench_thread_switches(), bench_thread_voluntary_switches())
        body(memory.worker(index))
        let record = memory.records[index]
        record.pointee.switches = bench_thread_switches() - before
        record.pointee.voluntarySwitches = bench_thread_voluntary_switches() - voluntaryBefore
      }
    }
    memory.passGate()
    let watched = watch(crew, memory, timing, countBarriers)
    memory.enter(Phase.over)
    let deadline = bench_now() + Self.hangGuard
    for thread in crew where !thread.join(until: deadline) { throw .stuck }
    guard var watch = watched else { throw .interrupted }

    watch.process = ProcessUsage.now() - before
    for index in 0..<threads {
      watch.workers[index].allOperations = memory.records[index].pointee.operations
      watch.workers[index].switches = memory.records[index].pointee.switches
      watch.workers[index].voluntarySwitches = memory.records[index].pointee.voluntarySwitches
    }
    return watch
  }

  private static func watch(
    _ crew: [PosixThread], _ memory: CrewMemory, _ timing: Timing, _ countBarriers: () -> Int
  ) -> Watch? {
    guard sleep(until: bench_now() + timing.warmUp) else { return nil }
    memory.enter(Phase.window)
    let start = bench_now()
    let operationsBefore = memory.operations()
    let barriersBefore = countBarriers()
    let cpuBefore = crew.map { bench_thread_cpu_time($0.handle) }

    let end = start + timing.window
    var idle = IdleTimes(start: start, counts: operationsBefore)
    let samples = timing.window >= IdleTimes.shortestWindow
    while bench_now() < end {
      guard sleep(until: samples ? min(end, bench_now() + IdleTimes.interval) : end) else { return nil }
      if samples { idle.sample(at: bench_now(), counts: memory.operations()) }
    }
    // On a busy machine a short window may pass before any worker ran: then it is not over yet.
    while memory.operations() == operationsBefore && bench_now() < end + hangGuard {
      guard sleep(until: bench_now() + 1_000_000) else { return nil }
    }

    let seconds = Double(bench_now() - start) / 1e9
    let operationsAfter = memory.operations()
    let barriersAfter = countBarriers()
    let cpuAfter = crew.map { bench_thread_cpu_time($0.handle) }
    let longest = samples ? idle.longest : nil
    return Watch(
      seconds: seconds,
      workers: crew.indices.map { index in
        Watch.Worker(
          operations: operationsAfter[index] - operationsBefore[index],
          cpuNanoseconds: cpuAfter[index] - cpuBefore[index],
          longestIdle: longest.map { Double($0[index]) / 1e9 })
      },
      processBarriers: barriersAfter - barriersBefore)
  }

  /// Sleeps in slices, so that an interruption is noticed; false if there was one.
  private static func sleep(until end: UInt64) -> Bool {
    while !interrupts_came() {
      let now = bench_now()
      guard now < end else { return true }
      usleep(UInt32(min(end - now, 50_000_000) / 1000) + 1)
    }
    return false
  }
}
