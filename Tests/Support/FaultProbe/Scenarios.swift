import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What fault-probe can be asked to do, by the name to ask with.
let scenarios: [String: @Sendable () throws -> Void] = [
  lockScenarios, threadScenarios, endScenarios, stackScenarios, faultScenarios,
]
.reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }

/// What else it was asked with.
let scenarioArguments = Array(CommandLine.arguments.dropFirst(2))

/// Ends the process unless `condition` holds.
func check(_ condition: Bool, _ claim: StaticString, line: UInt = #line, file: StaticString = #fileID) {
  guard !condition else { return }
  report("\(file):\(line): not so: \(claim)")
  // No atexit handlers: the caller may be a forked child.
  _exit(1)
}

/// Writes a line to standard error, at once.
func report(_ line: String) {
  write(line, to: STDERR_FILENO)
}

/// Writes a line to standard output, at once. Seen in a trace of system calls too.
func mark(_ line: String) {
  write(line, to: STDOUT_FILENO)
}

/// Tells what came of a fault, for tests and for reports.
func tell(_ fault: String, injected: Int, survived: Int, lost: Int, since start: Duration) {
  mark("\(FaultReport(fault, injected: injected, survived: survived, lost: lost, since: start))")
}

private func write(_ line: String, to file: CInt) {
  var line = line + "\n"
  line.withUTF8 { bytes in _ = unsafe write(file, bytes.baseAddress, bytes.count) }
}
