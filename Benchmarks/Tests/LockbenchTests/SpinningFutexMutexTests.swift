import CBenchSupport
import Glibc
import Synchronization
import Testing

@testable import lockbench

@Suite struct SpinningFutexMutexTests {
  private func pauses<Policy: SpinPolicy>(
    _ policy: Policy.Type, spinningAt state: UInt32, then next: UInt32? = nil
  ) -> (count: Int, tookIt: Bool, word: UInt32) {
    let mutex = SpinningFutexMutex<Policy>()
    mutex.word.store(state, ordering: .relaxed)
    var count = 0
    let tookIt = mutex.spin {
      count += 1
      if let next { mutex.word.store(next, ordering: .relaxed) }
    }
    return (count, tookIt, mutex.word.load(ordering: .relaxed))
  }

  private func spinsThrough<Policy: SpinPolicy>(
    _ policy: Policy.Type, _ rounds: Int, _ draws: ClosedRange<Int>
  ) {
    let spin = pauses(policy, spinningAt: SpinningFutexMutex<Policy>.State.locked)
    #expect(!spin.tookIt)
    #expect(spin.count % rounds == 0)
    #expect(draws.contains(spin.count / rounds))
  }

  @Test func aLockedWordIsLookedAtInAllRounds() {
    spinsThrough(MergedSpin.self, 20, 64...127)
    spinsThrough(LongSpin.self, 40, 128...255)
  }

  @Test func aContendedWordEndsTheSpinAtOnce() {
    typealias State = SpinningFutexMutex<MergedSpin>.State
    let contended = pauses(MergedSpin.self, spinningAt: State.contended)
    #expect(!contended.tookIt && contended.count == 0)
    let becameContended = pauses(MergedSpin.self, spinningAt: State.locked, then: State.contended)
    #expect(!becameContended.tookIt && (64...127).contains(becameContended.count))
    #expect(becameContended.word == State.contended)
  }

  @Test func aWordThatBecomesFreeIsTaken() {
    typealias State = SpinningFutexMutex<MergedSpin>.State
    let spin = pauses(MergedSpin.self, spinningAt: State.locked, then: State.free)
    #expect(spin.tookIt && (64...127).contains(spin.count))
    #expect(spin.word == State.locked)
  }

  private final class Shared: Sendable {
    let mutex = SpinningFutexMutex<MergedSpin>()
    let othersParked = Mutex<[UInt32]>([])
  }

  @Test func whoParksIsCountedUntilItOwnsTheLock() {
    let shared = Shared()
    var threads: [PosixThread] = []
    shared.mutex.withLock {
      threads = (0..<3).map { _ in
        PosixThread {
          shared.mutex.withLock {
            let others = shared.mutex.parked.load(ordering: .relaxed)
            shared.othersParked.withLock { $0.append(others) }
          }
        }
      }
      let deadline = bench_now() + 60_000_000_000
      while shared.mutex.parked.load(ordering: .relaxed) < 3 && bench_now() < deadline { sched_yield() }
    }
    for thread in threads { thread.join() }
    #expect(shared.othersParked.withLock { $0 } == [2, 1, 0])
    #expect(shared.mutex.parked.load(ordering: .relaxed) == 0)
    #expect(shared.mutex.word.load(ordering: .relaxed) == SpinningFutexMutex<MergedSpin>.State.free)
  }

  @Test func drawsCoverTheirRange() {
    #expect(Set((0..<1000).map { MergedSpin.pauses(cycles: $0) }) == Set(64...127))
    #expect(Set((0..<1000).map { LongSpin.pauses(cycles: .max - $0) }) == Set(128...255))
  }
}
