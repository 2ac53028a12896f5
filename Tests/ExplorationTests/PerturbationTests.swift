import CTestSupport
import Explorer
import Perturbation
import TestSupport
import Testing

/// The algorithms on real threads that are disturbed at random.
@Suite struct PerturbationTests {
  @Test func everyAlgorithmHasADrill() {
    #expect(Set(Drill.all.map(\.algorithm)) == Set(Subject.all.map(\.algorithm)))
  }

  @Test(arguments: Drill.all)
  func blindSpotsAreOfMutants(_ drill: Drill) {
    let sites = Mutant.all.filter { $0.subject.algorithm == drill.algorithm }.map(\.mutation.site)
    #expect(drill.blindSpots.isSubset(of: sites))
  }

  @Test(arguments: Drill.all)
  func holdsOnRealThreads(in drill: Drill) throws {
    let report = try drill.repeatedly(for: .seconds(2), with: .chosen)
    print(report)
    #expect(report.tally.sleeps >= 3 * report.runCount, "not all threads of each run met")
    for disturbance in Disturbance.allCases { #expect(report.tally[disturbance] > 0, "\(disturbance)") }
  }

  @Test(arguments: Subject.all)
  func aProbeOfASoundAlgorithmIsQuiet(_ subject: Subject) throws {
    let probe = try runProbe(subject, seconds: 1)
    #expect(probe.succeeded && probe.errorOutput.isEmpty, "\(probe)")
  }

  @Test(arguments: Mutant.all.filter { $0.sanitizer == nil && !$0.isInABlindSpot })
  func aBrokenAlgorithmIsFound(in mutant: Mutant) throws {
    let probe = try runProbe(mutant.subject, seconds: 60, mutant.mutation)
    #expect(!probe.succeeded, "\(probe)")
    #expect(
      probe.output.contains("FASTLOCK_SEED=") || probe.errorOutput.contains("ThreadSanitizer"), "\(probe)")
  }

  /// In a build without the sanitizer there is nothing to see but that the probe runs.
  @Test(arguments: Mutant.all.filter { $0.sanitizer != nil && !$0.isInABlindSpot })
  func aSanitizerFindsTheMistake(in mutant: Mutant) throws {
    let sanitizer = try #require(mutant.sanitizer)
    let probe =
      try sanitizer.isPresent
      ? runProbe(mutant.subject, seconds: 60, mutant.mutation) : runProbe(mutant.subject, seconds: 0)
    #expect(probe.succeeded != sanitizer.isPresent, "\(probe)")
    #expect(probe.errorOutput.contains(sanitizer.rawValue) == sanitizer.isPresent, "\(probe)")
  }

  @Test(arguments: Mutant.all)
  func mutationsCanBePassedOn(_ mutant: Mutant) {
    let copy = Mutation(arguments: mutant.mutation.arguments)
    #expect(copy?.site == mutant.mutation.site && copy?.kind == mutant.mutation.kind)
  }

  private func runProbe(
    _ subject: Subject, seconds: Int, _ mutation: Mutation? = nil
  ) throws -> ChildProcess {
    let probe = try siblingExecutable("perturbation-probe")
    let options = "TSAN_OPTIONS=halt_on_error=1:atexit_sleep_ms=0"
    return try ChildProcess.run(
      systemExecutable("env"),
      [options, probe, subject.algorithm, "\(seconds)"] + (mutation?.arguments ?? []))
  }
}

/// What sees a mistake that does no harm: an x86-64 CPU orders more than it was asked to, and memory that was freed is
/// often still there.
private enum Sanitizer: String {
  case thread = "WARNING: ThreadSanitizer: data race"
  case address = "ERROR: AddressSanitizer: heap-use-after-free"

  var isPresent: Bool {
    switch self {
    case .thread: test_has_thread_sanitizer()
    case .address: test_has_address_sanitizer()
    }
  }
}

extension Mutant {
  fileprivate var isInABlindSpot: Bool {
    Drill.all.contains { $0.algorithm == subject.algorithm && $0.blindSpots.contains(mutation.site) }
  }

  fileprivate var sanitizer: Sanitizer? {
    switch mutation.kind {
    case .relaxed: .thread
    case .touches: .address
    default: nil
    }
  }
}
