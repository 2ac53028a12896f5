import CStressSupport
import FastLock
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A lock that its next owner may free.
protocol HandedOverLock: AnyObject, Sendable {
  init()
  func acquire()
  func release() throws(LockError)
}

extension Lock: HandedOverLock {}

private let longestDelay = 50_000

/// A lock whose next owner drops the only reference while the release that made it the owner may still be
/// on its way back. What that release then still writes goes into memory that belongs to others.
enum FreedByNextOwner<Lock: HandedOverLock> {
  static func run(_ worker: Worker) {
    let handOver = HandOver<Lock>()
    worker.environment.helpers.submit(for: worker) { helper in
      handOver.isExpected.store(true, ordering: .relaxed)
      acquireAndFree(handOver.reference, helper)
      checkGrave(helper) { handOver.isOver.load(ordering: .acquiring) }
    }
    // Long enough, now and then, for the next owner to poll or to fall asleep.
    while !handOver.isExpected.load(ordering: .relaxed) { sched_yield() }
    if worker.random.oneIn(2) { stress_sleep(UInt32(worker.random.scaled(upTo: longestDelay))) }
    // A reference of its own would make this thread the one that frees.
    handOver.reference._withUnsafeGuaranteedRef { lock in
      do { try lock.release() } catch { worker.violated("release of a held lock failed") }
    }
    handOver.isOver.store(true, ordering: .releasing)
  }

  @inline(never)
  private static func acquireAndFree(_ reference: Unmanaged<Lock>, _ helper: Worker) {
    let lock = reference.takeRetainedValue()
    lock.acquire()
    // Freeing it locked is as legal.
    guard helper.random.oneIn(2) else { return }
    do { try lock.release() } catch { helper.violated("release of a held lock failed") }
  }

  /// Allocates what the allocator most likely serves from the block just freed, and watches it.
  private static func checkGrave(_ helper: Worker, until isOver: () -> Bool) {
    let size = 24
    guard let grave = malloc(size) else { return }
    defer { free(grave) }
    memset(grave, 0xa5, size)
    stress_opaque_call()
    while !isOver() { sched_yield() }
    let bytes = UnsafeRawBufferPointer(start: grave, count: size)
    if !bytes.allSatisfy({ $0 == 0xa5 }) {
      helper.violated("freed by its next owner: the memory was written to after it was freed")
    }
  }
}

private final class HandOver<Lock: HandedOverLock>: Sendable {
  /// Counted once; the count belongs to the next owner.
  let reference: Unmanaged<Lock>
  /// The next owner is about to acquire.
  let isExpected = Atomic<Bool>(false)
  let isOver = Atomic<Bool>(false)

  init() {
    let lock = Lock()
    lock.acquire()
    reference = .passRetained(lock)
  }
}
