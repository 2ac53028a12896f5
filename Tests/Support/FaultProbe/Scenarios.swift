#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What fault-probe can be asked to do, by the name to ask with.
let scenarios: [String: @Sendable () throws -> Void] = lockScenarios.merging(threadScenarios) { first, _ in
  first
}

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

private func write(_ line: String, to file: CInt) {
  var line = line + "\n"
  line.withUTF8 { bytes in _ = unsafe write(file, bytes.baseAddress, bytes.count) }
}
