import Sequences
import TestSupport
import Testing

/// Sequences of operations on each type of the library, held against a model of what they mean to a single thread.
///
/// As many as each subject says, or `FASTLOCK_FUZZ_SEQUENCES`, from the seed 1 or `FASTLOCK_FUZZ_SEED`.
@Suite struct SequenceTests {
  @Test(arguments: subjects.map { $0.name })
  func agreeWithTheModel(subject: String) throws {
    let run = try ChildProcess.run(siblingExecutable("sequence-runner"), [subject])
    #expect(run.succeeded, "\(run)")
    print(run.output, terminator: "")
  }

  @Test func aReportThatCannotBeWrittenIsAFailure() throws {
    let run = try ChildProcess.run(
      systemExecutable("sh"),
      ["-c", "exec \"$0\" \"$@\" >/dev/full", siblingExecutable("sequence-runner"), subjects[0].name])
    #expect(run.ending == .exit(74), "\(run)")
  }
}
