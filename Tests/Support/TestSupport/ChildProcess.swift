import CTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How a process ended and what it wrote.
package struct ChildProcess: Sendable, CustomStringConvertible {
  package enum Ending: Equatable, Sendable {
    case exit(CInt)
    case signal(CInt)
  }

  package let ending: Ending
  package let output: String
  package let errorOutput: String

  package var description: String { "\(ending)\noutput: \(output)\nerror output: \(errorOutput)" }

  package var succeeded: Bool { ending == .exit(0) }

  /// Runs an executable file to its end.
  ///
  /// - Throws: ``Hang`` after it was killed, if it did not end.
  package static func run(_ path: String, _ arguments: [String] = []) throws -> ChildProcess {
    // Files, not pipes: nothing has to be read while the process runs.
    let output = try memoryFile()
    defer { close(output) }
    let errorOutput = try memoryFile()
    defer { close(errorOutput) }
    var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    let process = unsafe test_spawn(path, &words, environ, output, errorOutput)
    guard process > 0 else { throw SystemError(call: "cannot run \(path)", errno: -process) }

    let ending = try wait(for: process, path)
    return ChildProcess(ending: ending, output: contents(output), errorOutput: contents(errorOutput))
  }

  private static func wait(for process: pid_t, _ path: String) throws -> Ending {
    var status: CInt = 0
    do {
      try waitUntil("\(path) to end") {
        let ended = unsafe waitpid(process, &status, WNOHANG)
        guard ended >= 0 else { throw SystemError(call: "waitpid", errno: errno) }
        return ended == process
      }
    } catch let hang as Hang {
      kill(process, SIGKILL)
      unsafe waitpid(process, &status, 0)
      throw hang
    }
    // As wait(2) encodes it; the macros that take it apart are not imported.
    let signal = status & 0x7f
    return signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
  }

  private static func memoryFile() throws -> CInt {
    let file = test_memory_file()
    guard file >= 0 else { throw SystemError(call: "memfd_create", errno: errno) }
    return file
  }

  private static func contents(_ file: CInt) -> String {
    lseek(file, 0, SEEK_SET)
    return descriptorContents(file)
  }
}

/// A system call that a test needs failed.
package struct SystemError: Error, CustomStringConvertible {
  package let description: String

  init(call: String, errno: CInt) {
    description = "\(call): \(unsafe String(cString: strerror(errno)))"
  }
}
