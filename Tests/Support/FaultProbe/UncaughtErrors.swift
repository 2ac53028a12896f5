import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

struct Boom: Error, CustomStringConvertible {
  var description = "something burst"
}

@inline(never)
func throwBoom() throws { throw Boom() }

@inline(never)
func startBursting() throws -> ThreadID {
  try startNewThread(name: "bursting") { try throwBoom() }
}

/// Waits until every thread of the library has ended.
func waitForThreads() throws {
  try waitUntil("all threads to end") { threadCount() == 0 }
}

/// An error that nobody catches, in one of two threads. Prints what the report is to contain.
func reportUncaughtError() throws {
  let end = Locked(false)
  let other = JoinableThread {
    try waitUntil("the other thread's end") { end.withLock { $0 } }
    return 7
  }
  try other.start()
  mark("\(try startBursting())")
  try waitUntil("the thread to end") { threadCount() == 1 }
  end.withLock { $0 = true }
  check(try other.join() == 7, "the other thread goes on")
}

/// A report is one write, however long the error.
func reportLongError() throws {
  try startNewThread(name: "verbose") { throw Boom(description: String(repeating: "ä", count: 100_000)) }
  try waitForThreads()
}

func reportToClosedStandardError() throws {
  close(STDERR_FILENO)
  _ = try startBursting()
  try waitForThreads()
}

func reportToBrokenPipe() throws {
  let (reading, writing) = try makePipe()
  close(reading)
  dup2(writing, STDERR_FILENO)
  _ = try startBursting()
  try waitForThreads()
  var pending = sigset_t()
  unsafe sigpending(&pending)
  check(unsafe sigismember(&pending, SIGPIPE) == 0, "no SIGPIPE is left behind")
}

func reportToFullPipe() throws {
  let (reading, writing) = try makePipe()
  fill(writing)
  dup2(writing, STDERR_FILENO)
  _ = try startBursting()
  _ = try startBursting()
  try waitForThreads()
  close(reading)
}

func makePipe() throws -> (reading: CInt, writing: CInt) {
  var ends: [CInt] = [0, 0]
  check(unsafe pipe(&ends) == 0, "a pipe can be made")
  return (ends[0], ends[1])
}

/// Leaves no room in a pipe.
func fill(_ writing: CInt) {
  let nonblocking = O_NONBLOCK
  check(fcntl(writing, F_SETFL, nonblocking) == 0, "a pipe can be made not to block")
  let chunk = [UInt8](repeating: 0, count: 4096)
  while unsafe write(writing, chunk, chunk.count) > 0 {}
  check(fcntl(writing, F_SETFL, 0) == 0, "a pipe can be made to block")
}

/// What a handler is told, and on which thread.
func uncaughtErrorHandler() throws {
  let told = Locked<[(error: UncaughtError, on: ThreadID)]>([])
  let former = setUncaughtErrorHandler { uncaught in told.withLock { $0.append((uncaught, .current)) } }
  check(former == nil, "there is no handler at first")
  let line: UInt = 1234
  let id = try startNewThread(name: "one", fileID: "Some/File.swift", line: line) { throw Boom() }
  try startNewThread { try exitThread() }
  try startNewThread {}
  try waitForThreads()
  let all = told.withLock { $0 }
  check(all.count == 1, "only the error is told, not ThreadExit")
  let (uncaught, thread) = all[0]
  check(uncaught.error is Boom, "it is the error")
  check(uncaught.thread == id && thread == id, "on the ending thread")
  check(uncaught.threadName == "one", "its name is told")
  check(uncaught.startedAt == "Some/File.swift:1234", "where it was started is told")

  // Restored: the report goes to standard error, and the handler that was is returned.
  let handler = setUncaughtErrorHandler(nil)
  check(handler != nil, "the former handler is returned")
  _ = try startBursting()
  try waitForThreads()
  check(told.withLock { $0.count } == 1, "nil restores the report")
}

/// When errors of joinable threads are told.
func uncaughtErrorHandlerOfJoinableThreads() throws {
  let told = Locked<[ThreadID]>([])
  setUncaughtErrorHandler { _ in told.withLock { $0.append(.current) } }
  let count = { told.withLock { $0.count } }

  let joined = JoinableThread { throw Boom() }
  try joined.start()
  do {
    try joined.join()
    check(false, "join throws")
  } catch {}
  joined.detach()
  check(count() == 0, "what join got is not told")

  let detached = JoinableThread { throw Boom() }
  detached.detach()
  try detached.start()
  let id = detached.id
  try waitForThreads()
  check(told.withLock { $0 } == [id].compactMap(\.self), "after detach the ending thread tells")

  let detachedLate = JoinableThread { throw Boom() }
  try detachedLate.start()
  try waitUntil("the thread to end") { detachedLate.isFinished }
  check(count() == 1, "somebody may still join")
  detachedLate.detach()
  detachedLate.detach()
  check(count() == 2 && told.withLock { $0.last } == .current, "detach tells, once")

  do {
    let dropped = JoinableThread { throw Boom() }
    try dropped.start()
    try waitUntil("the thread to end") { dropped.isFinished }
  }
  check(count() == 3, "dropping the last reference tells")

  do {
    let exiting = JoinableThread { try exitThread() }
    try exiting.start()
    try waitUntil("the thread to end") { exiting.isFinished }
  }
  check(count() == 3, "ThreadExit is never told")

  let claimed = JoinableThread {
    nap(.milliseconds(50))
    throw Boom()
  }
  try claimed.start()
  let joiner = TestThread {
    do {
      try claimed.join()
      return false
    } catch {
      return error is Boom
    }
  }
  try waitUntilAsleep([joiner.kernelID])
  claimed.detach()
  check(try joiner.join(), "who waits at a detach still gets the error")
  check(count() == 3, "so it is not told")
}
