import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Threads that the system refuses, and joins whose waits fail.
@Suite struct FaultTests {
  /// What is refused, with what, and what pthread_create(3) makes of it: of a lack of memory it makes EAGAIN.
  static let refusals: [(call: String, errno: CInt, told: CInt)] = [
    ("clone", EAGAIN, EAGAIN), ("clone", EPERM, EPERM), ("mmap-stack", ENOMEM, EAGAIN),
    ("mmap-stack", EPERM, EPERM),
  ]

  @Test(arguments: refusals)
  func aStartThatTheSystemRefusesThrowsAndLeaksNothing(call: String, errno: CInt, told: CInt) throws {
    let probe = try runProbe("start-fails", "\(told)", failing: ["\(call)=\(errno)"])
    #expect(probe.shortcomings(faults: 1, injected: 100, survived: 100) == [])
    #expect(probe.launcherInjections >= 100)
  }

  @Test(arguments: refusals, [1, 3])
  func startingWorksAgainAfterRefusals(_ refusal: (call: String, errno: CInt, told: CInt), _ every: Int)
    throws
  {
    let probe = try runProbe(
      "starts-begin-to-fail", "\(refusal.told)", "\(refusal.call)=\(refusal.errno)/\(every)")
    #expect(probe.shortcomings(faults: 1, injected: 120 / every, survived: 120) == [])
  }

  /// Of as many threads as a user may have: RLIMIT_NPROC.
  @Test func startingWorksAgainAfterTheLimitWasReached() throws {
    let probe = try runProbe("thread-limit")
    #expect(probe.shortcomings(faults: 1, injected: 100, survived: 35) == [])
  }

  @Test(arguments: ["EINTR", "EAGAIN", "ETIMEDOUT"], [1, 3])
  func joinsSurviveWaitsThatFail(_ error: String, _ every: Int) throws {
    let probe = try runProbe("joins", "futex-wait=\(error)/\(every)")
    #expect(probe.shortcomings(faults: 1, injected: 100, survived: 10) == [])
  }

  @Test func aRefusedWaitOfAJoinTrapsAndSaysSo() throws {
    let probe = try runProbe("join", failing: ["futex-wait=ENOSYS"])
    #expect(!probe.succeeded)
    #expect(
      probe.errorOutput.contains("FastLock: futex(FUTEX_WAIT_BITSET) failed with errno \(ENOSYS)\n"),
      "\(probe)")
  }
}
