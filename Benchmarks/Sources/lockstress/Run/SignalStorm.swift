import CStressSupport
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A thread that interrupts the others: SIGUSR1, whose handler makes system calls fail with EINTR, and
/// SIGUSR2, whose handler lets the kernel restart what it can.
final class SignalStorm: Sendable {
  private let isOver = Atomic<Bool>(false)
  private let sentCount = Atomic<Int>(0)
  private nonisolated(unsafe) var thread: NativeThread?

  private static let longestGapNanoseconds = 200_000

  /// The targets must live until ``stop()`` has returned.
  init(against targets: [NativeThread], seed: UInt64) {
    stress_install_noise_handlers()
    thread = NativeThread { [self] in
      var random = RandomSource(seed: seed, stream: -2)
      while !isOver.load(ordering: .relaxed) {
        let target = targets[random.below(targets.count)]
        if target.send(random.oneIn(2) ? SIGUSR1 : SIGUSR2) { sentCount.wrappingAdd(1, ordering: .relaxed) }
        if random.oneIn(4) { stress_sleep(UInt32(random.scaled(upTo: Self.longestGapNanoseconds))) }
      }
    }
  }

  func stop() {
    isOver.store(true, ordering: .relaxed)
    thread?.join()
    thread = nil
  }

  var sent: Int { sentCount.load(ordering: .relaxed) }
}
