import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Lets threads go on together: nobody passes before all have come.
///
/// Without it the first of several short threads is done before the second runs, and nothing contends.
package final class StartGate: Sendable {
  private let missing: Atomic<Int>

  package init(parties: Int) {
    missing = Atomic(parties)
  }

  package func pass() {
    missing.subtract(1, ordering: .acquiringAndReleasing)
    while missing.load(ordering: .acquiring) > 0 { sched_yield() }
  }
}
