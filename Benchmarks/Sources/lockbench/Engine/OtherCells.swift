import CBenchSupport

/// Hand-over round trips of one kind of baton, between threads pinned to the given two CPUs.
struct HandOverCell: Sendable {
  let measure: @Sendable (_ cpus: (Int32, Int32), Crew.Timing) throws(CrewFailure) -> Measurement

  @inline(__always)
  init<B: Baton & ~Copyable>(_ type: B.Type) {
    measure = { (cpus, timing) throws(CrewFailure) in
      let table = Setting<B>()
      let watch = try Crew.run(threads: 2, timing) { worker in
        let cpu = worker.index == 0 ? cpus.0 : cpus.1
        guard bench_pin(cpu) else { fatalError("cannot run on CPU \(cpu) alone") }
        if worker.index == 0 { servingLoop(table.table, worker) } else { returningLoop(table.table, worker) }
      }
      return Measurement(cooperating: watch, isIntact: table.isIntact(after: watch))
    }
  }
}

private final class Setting<B: Baton & ~Copyable>: @unchecked Sendable {
  let table: UnsafeMutablePointer<Table<B>>

  init() {
    table = allocateBlock(for: Table<B>.self)
    table.initialize(to: Table())
  }

  deinit {
    table.deinitialize(count: 1)
    table.deallocate()
  }

  /// Each round trip is a turn of the one and a turn of the other.
  func isIntact(after watch: Watch) -> Bool {
    let trips = watch.workers.map(\.allOperations)
    return trips[0] == trips[1] && table.pointee.turns.address.pointee == 2 * trips[0]
  }
}

/// Start and end of one thread after the other.
struct ThreadStartCell: Sendable {
  let measure: @Sendable (Crew.Timing) throws(CrewFailure) -> Measurement

  @inline(__always)
  init<S: ThreadStarter>(_ type: S.Type) {
    measure = { (timing) throws(CrewFailure) in
      let runs = Runs()
      let watch = try Crew.run(threads: 1, timing) { worker in
        var done: UInt64 = 0
        while !worker.isOver {
          S.runAndJoin { runs.count.address.pointee &+= 1 }
          done &+= 1
          bench_store(worker.operations, done)
        }
      }
      let starts = watch.workers[0].allOperations
      var measurement = Measurement(cooperating: watch, isIntact: runs.count.address.pointee == starts)
      // The threads started are no workers: only the process knows what they used, and from gate to end.
      measurement.cpuNanosecondsPerOperation = Double(watch.process.cpuNanoseconds) / Double(max(starts, 1))
      measurement.contextSwitchesPerOperation = Double(watch.process.switches) / Double(max(starts, 1))
      measurement.voluntarySwitchesPerOperation = nil
      return measurement
    }
  }

  /// How often a started thread ran. One runs at a time: the join orders them.
  private final class Runs: @unchecked Sendable {
    let count = Block<UInt64>(0)
  }
}
