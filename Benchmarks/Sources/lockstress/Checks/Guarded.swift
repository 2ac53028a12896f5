import CStressSupport
import Synchronization

/// The memory that a lock protects: plain on purpose. Two threads inside at once are seen at once, by the
/// counters that differ, or at the end, by an update that is missing; ThreadSanitizer sees an order that is
/// missing.
final class Guarded: @unchecked Sendable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private(set) var reference = Payload(stamp: 0)
  private(set) var array = Payload.array(stamp: 0, count: 1)

  /// Which thread is inside. Relaxed, so that it orders nothing that the lock should have ordered.
  private let holder = Atomic<Int>(Guarded.nobody)
  private static let nobody = -1

  var holderIndex: Int? {
    let index = holder.load(ordering: .relaxed)
    return index == Self.nobody ? nil : index
  }

  /// The whole of an update, under the lock.
  func update(by worker: Worker) {
    enter(worker)
    worker.dwell()
    leave(worker)
  }

  /// The first half of an update. The second one may be another thread's.
  func enter(_ worker: Worker) {
    worker.isInside = true
    worker.countUpdate()
    if let other = holderIndex {
      worker.violated(
        "mutual exclusion: entered while \(worker.environment.name(ofThread: other)) was inside")
    }
    holder.store(worker.index, ordering: .relaxed)
    if first != second {
      worker.violated("mutual exclusion: on entry the counters are \(first) and \(second)")
    }
    first &+= 1
    stress_opaque_call()
  }

  func leave(_ worker: Worker) {
    stress_opaque_call()
    if first != second &+ 1 {
      worker.violated("mutual exclusion: halfway the counters are \(first) and \(second)")
    }
    second &+= 1
    holder.store(Self.nobody, ordering: .relaxed)
    worker.isInside = false
  }

  /// Under the lock.
  func replaceValues(by worker: Worker) {
    let stamp = worker.random.next()
    reference = Payload(stamp: stamp)
    array = Payload.array(stamp: stamp, count: 1 + worker.random.below(8))
  }

  /// When nobody uses the lock: what is wrong if the threads made `updates` updates.
  func discrepancies(updates: UInt64) -> [String] {
    var found: [String] = []
    if first != updates || second != updates {
      found.append("mutual exclusion: \(updates) updates left the counters at \(first) and \(second)")
    }
    if let holderIndex { found.append("thread \(holderIndex) never left") }
    return found
  }
}
