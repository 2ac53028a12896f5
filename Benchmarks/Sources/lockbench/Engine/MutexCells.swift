import CBenchSupport
import Histogram

/// The measurements of one lock, as closures over code specialised for it.
///
/// A generic function called with an opened existential would stay unspecialised: hence closures, made where the type
/// is known.
struct MutexCells: Sendable {
  let uncontended: @Sendable (Crew.Timing) throws(CrewFailure) -> Measurement
  let contended: @Sendable (Int, Load, Crew.Timing) throws(CrewFailure) -> Measurement
  let latency: @Sendable (Int, Load, Crew.Timing) throws(CrewFailure) -> Measurement

  @inline(__always)
  init<L: MeasuredLock & ~Copyable>(_ type: L.Type) {
    uncontended = { (timing) throws(CrewFailure) in
      let stage = Stage<L>()
      let watch = try Crew.run(threads: 1, timing) { uncontendedLoop(stage.lock, stage.data, $0) }
      return Measurement(competing: watch, isIntact: stage.isIntact(after: watch))
    }
    contended = { (threads, load, timing) throws(CrewFailure) in
      let stage = Stage<L>()
      let watch = try Crew.run(threads: threads, timing) { contendedLoop(stage.lock, stage.data, load, $0) }
      return Measurement(competing: watch, isIntact: stage.isIntact(after: watch))
    }
    latency = { (threads, load, timing) throws(CrewFailure) in
      let stage = Stage<L>()
      let histograms = LatencyRecords(threads: threads)
      let watch = try Crew.run(threads: threads, timing) {
        latencyLoop(stage.lock, stage.data, load, $0, &histograms[$0.index])
      }
      return Measurement(
        competing: watch, isIntact: stage.isIntact(after: watch), latency: histograms.summary())
    }
  }
}

/// A new lock and what it protects, each in blocks of its own.
private final class Stage<L: MeasuredLock & ~Copyable>: @unchecked Sendable {
  let lock: UnsafeMutablePointer<L>
  let data: UnsafeMutablePointer<ProtectedData>

  init() {
    lock = allocateBlock(for: L.self)
    lock.initialize(to: L())
    data = allocateBlock(for: ProtectedData.self)
    data.initialize(to: ProtectedData())
  }

  deinit {
    lock.deinitialize(count: 1)
    lock.deallocate()
    data.deallocate()
  }

  func isIntact(after watch: Watch) -> Bool {
    data.pointee.count == watch.workers.map(\.allOperations).reduce(0, +)
  }
}

/// One histogram a worker, each touched by its worker alone until the crew has ended.
private final class LatencyRecords: @unchecked Sendable {
  private let histograms: [UnsafeMutablePointer<LatencyHistogram>]

  init(threads: Int) {
    histograms = (0..<threads).map { _ in
      let histogram = allocateBlock(for: LatencyHistogram.self)
      // Up to a minute, three significant digits.
      histogram.initialize(
        to: LatencyHistogram(highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three))
      return histogram
    }
  }

  deinit {
    for histogram in histograms {
      histogram.deinitialize(count: 1)
      histogram.deallocate()
    }
  }

  subscript(worker: Int) -> LatencyHistogram {
    unsafeAddress { UnsafePointer(histograms[worker]) }
    unsafeMutableAddress { histograms[worker] }
  }

  func summary() -> Measurement.Latency {
    var all = histograms[0].pointee
    for histogram in histograms.dropFirst() { all.add(histogram.pointee) }
    return Measurement.Latency(
      p50: all.valueAtPercentile(50), p99: all.valueAtPercentile(99), p999: all.valueAtPercentile(99.9),
      p9999: all.valueAtPercentile(99.99), maximum: all.max)
  }
}
