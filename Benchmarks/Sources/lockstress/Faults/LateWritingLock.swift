import CStressSupport
import FastLock
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A lock of the size of `Lock` whose release has not done with it when the next owner may have freed it.
final class LateWritingLock: HandedOverLock {
  private let isHeld = Atomic<UInt32>(0)
  private let afterthought = Atomic<UInt32>(0)

  /// Long enough for the next owner to free the lock.
  private static let delayNanoseconds: UInt32 = 200_000

  func acquire() {
    while isHeld.exchange(1, ordering: .acquiring) != 0 { sched_yield() }
  }

  func release() throws(LockError) {
    guard isHeld.exchange(0, ordering: .releasing) != 0 else { throw .notLocked }
    stress_sleep(Self.delayNanoseconds)
    afterthought.store(1, ordering: .relaxed)
  }
}
