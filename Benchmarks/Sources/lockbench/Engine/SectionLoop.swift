import CBenchSupport

/// What a lock protects where sections are long.
struct SectionData: CountedData, ~Copyable {
  var count: UInt64 = 0
  var state: UInt64 = 1
  var history = AcquisitionHistory()
}

/// Each wait is timed, and it is counted how often others got the lock meanwhile.
@inline(never)
func sectionLoop<L: MeasuredLock & ~Copyable>(
  _ lock: UnsafeMutablePointer<L>, _ data: UnsafeMutablePointer<SectionData>, _ load: SectionLoad,
  _ worker: Crew.Worker, _ waits: inout WaitRecord
) {
  var done: UInt64 = 0
  var own = UInt64(worker.index) &+ 1
  while !worker.isOver {
    let asked = bench_now()
    var got: UInt64 = 0
    var overtakings: UInt64 = 0
    lock.pointee.withLock {
      got = bench_now()
      overtakings = data.pointee.history.overtakings(asked: asked, got: got)
      data.pointee.history.append(got)
      data.pointee.count &+= 1
      data.pointee.state = load.inside.perform(on: data.pointee.state)
    }
    // Every wait that overlaps the window counts, the one that outlasts it too: it is the longest.
    if !worker.isWarmingUp { waits.record(got - asked, overtakings: overtakings) }
    done &+= 1
    bench_store(worker.operations, done)
    own = load.outside.perform(on: own)
  }
  keep(own)
}
