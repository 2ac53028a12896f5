import TestSupport
import Testing

/// How threads end that do not return from their bodies, and what they are until then.
@Suite struct ThreadEndTests {
  @Test(arguments: [
    "forced-ends", "forced-ends-detached", "forced-end-of-report", "forced-end-after-body", "end-and-keys",
    "dying",
  ])
  func holds(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }

  @Test(.enabled(if: childrenOfForksWork), arguments: ["fork-while-dying", "fork-and-die"])
  func holdsInChildrenOfForks(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.succeeded, "\(probe)")
  }

  @Test(arguments: ["forced-ends", "forced-ends-detached"])
  func threadsThatCodeInCEndsAreSilent(scenario: String) throws {
    let probe = try runProbe(scenario)
    #expect(probe.errorOutput.isEmpty, "\(probe)")
  }
}
