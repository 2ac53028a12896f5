import CStressSupport
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Interrupts threads: by SIGUSR1, whose handler makes system calls fail with EINTR, and by SIGUSR2, whose
/// handler lets the kernel restart what it can.
///
/// In bursts, and after each of them silence to the end of the round: a waiter whom nobody woke looks again after
/// a signal, which would hide the defect.
final class SignalStorm: Disturbance {
  private let environment: StressEnvironment
  private let targets: [NativeThread]
  private let sent = Atomic<Int>(0)

  private static let longestBurstNanoseconds = 20_000_000
  private static let longestLullNanoseconds = 5_000_000
  private static let longestGapNanoseconds = 200_000
  private static let lookIntervalNanoseconds = 500_000

  init(_ environment: StressEnvironment, against targets: [NativeThread]) {
    self.environment = environment
    self.targets = targets
    stress_install_noise_handlers()
  }

  func disturb(_ random: inout RandomSource, until stop: StopSignal) {
    stop.rest(random.scaled(upTo: Self.longestLullNanoseconds))
    let end = stress_now() + UInt64(random.between(1, Self.longestBurstNanoseconds))
    while !stop.isGiven, stress_now() < end { interruptOne(&random) }
    let round = environment.round
    while !stop.isGiven, environment.round == round { stop.rest(Self.lookIntervalNanoseconds) }
  }

  private func interruptOne(_ random: inout RandomSource) {
    let target = targets[random.below(targets.count)]
    if target.send(random.oneIn(2) ? SIGUSR1 : SIGUSR2) { sent.wrappingAdd(1, ordering: .relaxed) }
    if random.oneIn(4) { stress_sleep(UInt32(random.scaled(upTo: Self.longestGapNanoseconds))) }
  }

  var accounts: [NoiseAccount] {
    let sent = sent.load(ordering: .relaxed)
    return [NoiseAccount(.signals, "sent: \(sent), delivered: \(stress_noise_signals_handled())")]
  }
}
