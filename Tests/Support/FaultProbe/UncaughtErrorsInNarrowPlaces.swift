import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The least that is legal.
private let leastStackSize = 32_768

private struct MissingFile: Error {
  let path: String
}

private struct ThreadCounting: Error, CustomStringConvertible {
  var description: String { "\(threadCount()) thread\(threadCount() == 1 ? " counts" : "s count")" }
}

/// Errors that nobody catches in threads with the smallest stacks. Prints the threads' identities.
func reportOnSmallStack() throws {
  mark(
    "\(try startNewThread(stackSize: leastStackSize, name: "small") { throw MissingFile(path: "settings.json") })"
  )
  try waitForThreads()
  mark("\(try startNewThread(stackSize: leastStackSize, name: "small") { throw ThreadCounting() })")
  try waitForThreads()
}

/// The same where the system refuses memory for another stack.
func reportOnSmallStackWithoutMemory() throws {
  let faults = InjectedFaults(["mmap-stack=\(ENOMEM)"])
  let mayThrow = Locked(false)
  try startNewThread(stackSize: leastStackSize, name: "small") {
    while !mayThrow.withLock({ $0 }) { sched_yield() }
    throw MissingFile(path: "settings.json")
  }
  faults.turn(true)
  mayThrow.withLock { $0 = true }
  try waitForThreads()
  check(faults.injected > 0, "a stack was refused")
}

/// What an error holds whose release throws.
private final class Throwing: Sendable {
  deinit {
    do { try throwThrowing(Boom(description: "nested")) } catch {}
  }
}

private struct Holding: Error {
  let throwing = Throwing()
}

@inline(never)
private func throwThrowing(_ error: any Error) throws { throw error }

/// An error that nobody catches, thrown in place of one whose release throws.
func reportAfterNestedThrow() throws {
  try startNewThread(name: "nested") {
    do { try throwThrowing(Holding()) } catch {}
    try throwBoom()
  }
  try waitForThreads()
}

extension ThreadID {
  @inline(never)
  static func startBurstingHere() throws {
    try startNewThread(name: "bursting") { try throwBoom() }
    // Not in place of this function's frame.
    try waitForThreads()
  }
}

/// A thread that a client's extension of one of the library's types started.
func reportOfStartInExtension() throws {
  try ThreadID.startBurstingHere()
  try waitForThreads()
}

/// An error after another file took the place of the program, which must be a copy.
func reportFromReplacedProgram() throws {
  let program = CommandLine.arguments[0]
  guard program.hasPrefix("/tmp/") else { refuse("not a copy: \(program)") }
  check(unsafe unlink(program) == 0, "the copy can be removed")
  let file = unsafe open(program, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  check(unsafe write(file, "another", 7) == 7, "another file can be written")
  close(file)
  _ = try startBursting()
  try waitForThreads()
}
