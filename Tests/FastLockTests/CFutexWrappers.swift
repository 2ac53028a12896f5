import TestSupport
import Testing

@Suite struct CFutexWrappers {
  /// Written in C, so that it can be run for the other architecture too.
  @Test func doWhatTheySay() throws {
    let check = try ChildProcess.run(siblingExecutable("cfutex-check"))
    #expect(check.succeeded, "\(check)")
  }
}
