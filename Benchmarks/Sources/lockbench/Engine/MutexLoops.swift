import CBenchSupport
import Histogram

/// What a lock protects, with a count that tells afterwards whether it did.
protocol CountedData: ~Copyable {
  init()
  var count: UInt64 { get }
}

/// A count that must come out right and the state of the work.
struct ProtectedData: CountedData {
  var count: UInt64 = 0
  var state: UInt64 = 1
}

/// Steps of work per operation.
struct Load: Sendable {
  var inside: UInt32
  var outside: UInt32
}

// The loops are generic and never inlined: one specialisation a lock, easy to find in a disassembly.

/// Pairs in batches, so that the phase is hardly ever looked at.
@inline(never)
func uncontendedLoop<L: MeasuredLock & ~Copyable>(
  _ lock: UnsafeMutablePointer<L>, _ data: UnsafeMutablePointer<ProtectedData>, _ worker: Crew.Worker
) {
  var done: UInt64 = 0
  while !worker.isOver {
    for _ in 0..<1024 {
      lock.pointee.withLock { data.pointee.count &+= 1 }
    }
    done &+= 1024
    bench_store(worker.operations, done)
  }
}

@inline(never)
func contendedLoop<L: MeasuredLock & ~Copyable>(
  _ lock: UnsafeMutablePointer<L>, _ data: UnsafeMutablePointer<ProtectedData>, _ load: Load,
  _ worker: Crew.Worker
) {
  var done: UInt64 = 0
  var own = UInt64(worker.index) &+ 1
  while !worker.isOver {
    lock.pointee.withLock {
      data.pointee.count &+= 1
      data.pointee.state = bench_work(data.pointee.state, load.inside)
    }
    done &+= 1
    bench_store(worker.operations, done)
    own = bench_work(own, load.outside)
  }
  keep(own)
}

/// As ``contendedLoop(_:_:_:_:)``, with two clock readings per operation.
@inline(never)
func latencyLoop<L: MeasuredLock & ~Copyable>(
  _ lock: UnsafeMutablePointer<L>, _ data: UnsafeMutablePointer<ProtectedData>, _ load: Load,
  _ worker: Crew.Worker, _ histogram: inout LatencyHistogram
) {
  var done: UInt64 = 0
  var own = UInt64(worker.index) &+ 1
  while !worker.isOver {
    let asked = bench_now()
    var got: UInt64 = 0
    lock.pointee.withLock {
      got = bench_now()
      data.pointee.count &+= 1
      data.pointee.state = bench_work(data.pointee.state, load.inside)
    }
    // Every wait that overlaps the window counts, the one that outlasts it too: it is the longest.
    if !worker.isWarmingUp { histogram.record(got - asked) }
    done &+= 1
    bench_store(worker.operations, done)
    own = bench_work(own, load.outside)
  }
  keep(own)
}
