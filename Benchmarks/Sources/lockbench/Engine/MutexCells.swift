import CBenchSupport

/// The measurements of one lock, as closures over code specialised for it.
///
/// A generic function called with an opened existential would stay unspecialised: hence closures, made where the type
/// is known.
struct MutexCells: Sendable {
  let uncontended: @Sendable (Crew.Timing) throws(CrewFailure) -> Measurement
  let contended: @Sendable (Int, Load, Crew.Timing) throws(CrewFailure) -> Measurement
  let latency: @Sendable (Int, Load, Crew.Timing) throws(CrewFailure) -> Measurement
  /// With a load for each thread.
  let sections: @Sendable ([SectionLoad], Crew.Timing) throws(CrewFailure) -> Measurement
  /// With the steps of work at each node; nil of locks that have a scoped form only.
  private(set) var coupling: (@Sendable (Int, UInt32, Crew.Timing) throws(CrewFailure) -> Measurement)?

  @inline(__always)
  private init<L: MeasuredLock & ~Copyable>(scoped type: L.Type) {
    uncontended = { (timing) throws(CrewFailure) in
      let stage = Stage<L, ProtectedData>()
      let watch = try Crew.run(threads: 1, timing) { uncontendedLoop(stage.lock, stage.data, $0) }
      return Measurement(competing: watch, isIntact: stage.isIntact(after: watch))
    }
    contended = { (threads, load, timing) throws(CrewFailure) in
      let stage = Stage<L, ProtectedData>()
      let watch = try Crew.run(threads: threads, timing) { contendedLoop(stage.lock, stage.data, load, $0) }
      return Measurement(competing: watch, isIntact: stage.isIntact(after: watch))
    }
    latency = { (threads, load, timing) throws(CrewFailure) in
      let stage = Stage<L, ProtectedData>()
      let records = WaitRecords(threads: threads)
      let watch = try Crew.run(threads: threads, timing) {
        latencyLoop(stage.lock, stage.data, load, $0, &records[$0.index].histogram)
      }
      return Measurement(
        competing: watch, isIntact: stage.isIntact(after: watch), latency: records.latency())
    }
    sections = { (loads, timing) throws(CrewFailure) in
      let stage = Stage<L, SectionData>()
      let records = WaitRecords(threads: loads.count)
      let watch = try Crew.run(threads: loads.count, timing) {
        sectionLoop(stage.lock, stage.data, loads[$0.index], $0, &records[$0.index])
      }
      return Measurement(
        competing: watch, isIntact: stage.isIntact(after: watch), latency: records.latency(),
        waits: records.waits())
    }
  }

  /// Preferred by the compiler where it fits.
  @inline(__always)
  init<L: BasicLockable & ~Copyable>(_ type: L.Type) {
    self.init(scoped: type)
    coupling = { (threads, work, timing) throws(CrewFailure) in
      let list = CouplingList<L>()
      let watch = try Crew.run(threads: threads, timing) { couplingLoop(list.head, work, $0) }
      return Measurement(competing: watch, isIntact: list.isIntact(after: watch))
    }
  }

  @inline(__always)
  init<L: MeasuredLock & ~Copyable>(_ type: L.Type) {
    self.init(scoped: type)
  }
}

/// A new lock and what it protects, each in blocks of its own.
private final class Stage<L: MeasuredLock & ~Copyable, Data: CountedData & ~Copyable>: @unchecked Sendable {
  let lock: UnsafeMutablePointer<L>
  let data: UnsafeMutablePointer<Data>

  init() {
    lock = allocateBlock(for: L.self)
    lock.initialize(to: L())
    data = allocateBlock(for: Data.self)
    data.initialize(to: Data())
  }

  deinit {
    lock.deinitialize(count: 1)
    lock.deallocate()
    data.deinitialize(count: 1)
    data.deallocate()
  }

  func isIntact(after watch: Watch) -> Bool {
    data.pointee.count == watch.workers.map(\.allOperations).reduce(0, +)
  }
}
