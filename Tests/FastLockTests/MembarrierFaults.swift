import TestSupport
import Testing

/// Contention in processes to which membarrier(2) is refused.
@Suite struct MembarrierFaults {
  @Test(arguments: ["membarrier=EPERM", "membarrier=ENOSYS", "membarrier=ENOMEM/2"])
  func refusalFromTheStartIsSurvived(_ fault: String) throws {
    let probe = try runProbe("contention", failing: [fault])
    #expect(probe.shortcomings(faults: LockKind.allCases.count, survived: 200) == [])
  }

  @Test(arguments: [("membarrier=EPERM", 50), ("membarrier=ENOSYS", 50), ("membarrier=EPERM/2", 25)])
  func refusalThatBeginsInTheMiddleIsSurvived(_ fault: String, _ injected: Int) throws {
    let probe = try runProbe("membarriers", fault)
    #expect(probe.shortcomings(faults: LockKind.allCases.count, injected: injected, survived: 200) == [])
  }
}
