#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An executable file that a test needs is not where it should be.
package struct MissingExecutable: Error, CustomStringConvertible {
  package let description: String
}

/// The directory of the running executable: what the package's build has made is there.
package func buildDirectory() throws -> String {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
  guard length > 0 else { throw SystemError(call: "readlink /proc/self/exe", errno: errno) }
  let own = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])
}

/// An executable of this package, built beside the running one.
package func siblingExecutable(_ name: String) throws -> String {
  let path = try "\(buildDirectory())/\(name)"
  guard isExecutable(path) else {
    throw MissingExecutable(description: "\(path) is missing; `swift build --build-tests` makes it")
  }
  return path
}

/// A program of the system, found as a shell finds it.
package func systemExecutable(_ name: String) throws -> String {
  let directories = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
  for directory in directories.split(separator: ":") where isExecutable("\(directory)/\(name)") {
    return "\(directory)/\(name)"
  }
  throw MissingExecutable(description: "`\(name)` is not installed: no directory in PATH has it")
}

/// Runs a scenario of fault-probe.
package func runProbe(_ arguments: String...) throws -> ChildProcess {
  try ChildProcess.run(siblingExecutable("fault-probe"), arguments)
}

/// Runs a scenario of fault-probe with or without the stacks of throws in its reports.
package func runProbe(_ scenario: String, tracingThrows isTraced: Bool) throws -> ChildProcess {
  try ChildProcess.run(
    systemExecutable("env"),
    ["FASTLOCK_BACKTRACE=\(isTraced ? 1 : 0)", siblingExecutable("fault-probe"), scenario])
}

/// Runs a scenario of fault-probe while system calls fail: each failure is CALL=ERROR for seccomp-launcher.
package func runProbe(_ arguments: String..., failing failures: [String]) throws -> ChildProcess {
  try ChildProcess.run(
    siblingExecutable("seccomp-launcher"),
    failures.flatMap { ["--fail", $0] } + ["--", siblingExecutable("fault-probe")] + arguments)
}

package func isExecutable(_ path: String) -> Bool {
  unsafe access(path, X_OK) == 0
}
