import TestSupport
import Testing

/// The launcher itself.
@Suite struct SeccompLauncher {
  private func launch(_ arguments: String...) throws -> ChildProcess {
    try ChildProcess.run(siblingExecutable("seccomp-launcher"), arguments)
  }

  @Test(arguments: [
    [], ["--fail"], ["--fail", "clone"], ["--fail", "clone=EAGAIN"], ["--fail", "clone=EAGAIN", "--"],
    ["--fail", "clone=ENONSENSE", "--", "true"], ["--fail", "clone=0", "--", "true"],
    ["--fail", "clone=4096", "--", "true"], ["--fail", "clone=EAGAIN/0", "--", "true"],
    ["--fail", "clone=EAGAIN/", "--", "true"], ["--fail", "clone=EAGAIN/2x", "--", "true"],
    ["--fail", "read=EAGAIN", "--", "true"], ["true"],
  ])
  func wrongUseIsOneLineAndExit64(_ arguments: [String]) throws {
    let process = try ChildProcess.run(siblingExecutable("seccomp-launcher"), arguments)
    #expect(process.ending == .exit(64))
    #expect(process.errorOutput.split(separator: "\n").count == 1)
    #expect(process.errorOutput.hasPrefix("seccomp-launcher: "))
  }

  @Test func theCommandsEndIsPassedOn() throws {
    #expect(try launch("--", "true").ending == .exit(0))
    #expect(try launch("--", "false").ending == .exit(1))
    #expect(try launch("--", "/nonexistent").ending == .exit(127))
    #expect(try launch("--", "sh", "-c", "kill -9 $$").ending == .signal(9))
  }

  @Test func onlyWhatWasNamedFails() throws {
    let check = try siblingExecutable("cfutex-check")
    #expect(try launch("--fail", "membarrier=EPERM", "--", check).succeeded)
    for failure in ["futex-wait=EINTR", "futex-wake=ENOSYS", "clone=EAGAIN", "mmap-stack=ENOMEM"] {
      let process = try launch("--fail", failure, "--", check)
      #expect(!process.succeeded, "\(failure)")
      #expect(process.launcherInjections > 0)
    }
  }

  @Test func theRuleSaysWhichOfTheCallsFail() throws {
    let process = try launch("--fail", "clone=EAGAIN/4", "--", "sh", "-c", "for i in 1 2 3; do (true); done")
    #expect(process.succeeded)
    #expect(process.output == "fault clone=EAGAIN/4 calls=3 injected=0\n")
    let refused = try launch("--fail", "clone=11/3", "--", "sh", "-c", "for i in 1 2 3; do (true); done")
    #expect(!refused.succeeded)
    #expect(refused.launcherInjections > 0)
  }
}
