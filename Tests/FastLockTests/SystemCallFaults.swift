import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Locks in a process whose futex calls fail.
@Suite struct SystemCallFaults {
  @Test(arguments: ["futex-wait=EINTR", "futex-wait=EAGAIN"], ["contention", "time-outs"])
  func locksWorkThoughEveryWaitFails(_ failure: String, _ scenario: String) throws {
    let probe = try runProbe(scenario, failing: [failure])
    #expect(probe.succeeded, "\(probe)")
  }

  @Test func anInterruptibleWaitCanBeLeftThoughEveryWaitFails() throws {
    let probe = try runProbe("interruptible-wait", failing: ["futex-wait=EINTR"])
    #expect(probe.succeeded, "\(probe)")
  }

  @Test func aRefusedWaitTrapsAndSaysSo() throws {
    let probe = try runProbe("sleep", failing: ["futex-wait=ENOSYS"])
    #expect(!probe.succeeded)
    #expect(probe.errorOutput.contains("futex(FUTEX_WAIT_BITSET) failed with errno \(ENOSYS)"), "\(probe)")
  }

  @Test func aRefusedWakeTrapsAndSaysSo() throws {
    let probe = try runProbe("wake", failing: ["futex-wake=EPERM"])
    #expect(!probe.succeeded)
    #expect(probe.errorOutput.contains("futex(FUTEX_WAKE_BITSET) failed with errno \(EPERM)"), "\(probe)")
  }
}

/// The launcher itself.
@Suite struct SeccompLauncher {
  private func launch(_ arguments: String...) throws -> ChildProcess {
    try ChildProcess.run(siblingExecutable("seccomp-launcher"), arguments)
  }

  @Test(arguments: [
    [], ["--fail"], ["--fail", "clone"], ["--fail", "clone=EAGAIN"], ["--fail", "clone=EAGAIN", "--"],
    ["--fail", "clone=EBADF", "--", "true"], ["--fail", "read=EAGAIN", "--", "true"], ["true"],
  ])
  func wrongUseIsOneLineAndExit64(_ arguments: [String]) throws {
    let process = try ChildProcess.run(siblingExecutable("seccomp-launcher"), arguments)
    #expect(process.ending == .exit(64))
    #expect(process.errorOutput.split(separator: "\n").count == 1)
    #expect(process.errorOutput.hasPrefix("seccomp-launcher: "))
  }

  @Test func theCommandsStatusIsPassedOn() throws {
    #expect(try launch("--", "true").ending == .exit(0))
    #expect(try launch("--", "false").ending == .exit(1))
    #expect(try launch("--", "/nonexistent").ending == .exit(127))
  }

  @Test func onlyWhatWasNamedFails() throws {
    let check = try siblingExecutable("cfutex-check")
    #expect(try launch("--fail", "membarrier=EPERM", "--", check).succeeded)
    for failure in ["futex-wait=EINTR", "futex-wake=ENOSYS", "clone=EAGAIN", "mmap-stack=ENOMEM"] {
      #expect(try !launch("--fail", failure, "--", check).succeeded, "\(failure)")
    }
  }
}
