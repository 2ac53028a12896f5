import CStressSupport
import Synchronization
import Testing

@testable import lockstress

@Suite struct RunDelaysTests {
  private static let isCounted = stress_run_delay(stress_thread_number()) >= 0

  /// Of two threads that compute on one CPU, one is always runnable without running.
  @Test(.enabled(if: isCounted)) func growWhereThreadsLackACPU() throws {
    let cpu = usableCPUs()[0]
    let numbers = ThreadNumbers()
    let isOver = Flag()
    let threads = (0..<2).map { index in
      NativeThread {
        numbers.enlist(index)
        while !isOver.isSet.load(ordering: .relaxed) {}
      }
    }
    for thread in threads { #expect(thread.bind(to: [cpu])) }
    let delays = try #require(RunDelays(of: numbers.numbers(of: [0, 1])))
    let before = delays.recentTotal()
    while delays.total() < before + 50_000_000 { stress_sleep(1_000_000) }
    stress_sleep(10_000_000)
    #expect(delays.recentTotal() >= before + 50_000_000)
    isOver.isSet.store(true, ordering: .relaxed)
    for thread in threads { thread.join() }
  }

  @Test func areUnknownOfAThreadThatIsNotThere() {
    #expect(RunDelays(of: [0]) == nil)
  }
}

private final class Flag: Sendable {
  let isSet = Atomic<Bool>(false)
}
