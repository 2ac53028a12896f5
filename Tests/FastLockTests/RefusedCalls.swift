import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Futex calls that the kernel refuses end the process and say so: no lock works without them.
@Suite struct RefusedCalls {
  /// What no version of futex(2) is known to return is refused as well.
  private static let unknownError: CInt = 4095

  private func expectTrap(_ call: String, errno: CInt, _ probe: ChildProcess) {
    guard case .signal = probe.ending else {
      Issue.record("no trap: \(probe)")
      return
    }
    #expect(probe.errorOutput.contains("FastLock: futex(\(call)) failed with errno \(errno)\n"), "\(probe)")
  }

  @Test(arguments: [ENOSYS, EPERM, EINVAL, EFAULT, ENOMEM, unknownError])
  func aRefusedWaitTrapsAndSaysSo(_ errno: CInt) throws {
    let probe = try runProbe("sleep-interruptibly", failing: ["futex-wait=\(errno)"])
    expectTrap("FUTEX_WAIT_BITSET", errno: errno, probe)
    #expect(probe.launcherInjections == 1)
  }

  @Test(arguments: LockKind.allCases, ["sleep", "sleep-limited"])
  func aRefusedWaitTrapsWhateverTheLock(_ kind: LockKind, _ scenario: String) throws {
    let probe = try runProbe(scenario, kind.rawValue, failing: ["futex-wait=ENOSYS"])
    expectTrap("FUTEX_WAIT_BITSET", errno: ENOSYS, probe)
  }

  @Test(arguments: LockKind.allCases, [ENOSYS, unknownError])
  func aRefusedWakeTrapsAndSaysSo(_ kind: LockKind, _ errno: CInt) throws {
    let probe = try runProbe("wake", kind.rawValue, failing: ["futex-wake=\(errno)"])
    expectTrap("FUTEX_WAKE_BITSET", errno: errno, probe)
    #expect(probe.launcherInjections == 1)
  }

  @Test func aRefusalInTheMiddleOfContentionTrapsAndSaysSo() throws {
    expectTrap("FUTEX_WAIT_BITSET", errno: ENOSYS, try runProbe("contention", "futex-wait=ENOSYS/5"))
    expectTrap("FUTEX_WAKE_BITSET", errno: EPERM, try runProbe("contention", "futex-wake=EPERM/5"))
  }
}
