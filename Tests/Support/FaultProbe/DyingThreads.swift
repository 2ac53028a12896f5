import CTestSupport
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A value that does something when it goes.
final class Dying: Sendable {
  private let action: @Sendable () -> Void

  init(_ action: @escaping @Sendable () -> Void) { self.action = action }

  deinit { action() }
}

private typealias Handle = Locked<JoinableThread<Int>?>

/// Runs a thread with a value that asks when it goes, and waits for the thread's end.
private func runThread(
  body: @escaping @Sendable () throws -> Void = {}, dying ask: @escaping @Sendable (Handle) -> Void
) throws {
  let handle = Handle(nil)
  let local = ThreadLocal { Dying { ask(handle) } }
  let thread = JoinableThread {
    local.withValue { _ in }
    try body()
    return 1
  }
  handle.withLock { $0 = thread }
  try thread.start()
  _ = try? thread.join()
  check(threadCount() == 0, "it counts no more")
  handle.withLock { $0 = nil }
}

/// A thread that is being destroyed is the thread that it was.
private func checkOwn(_ handle: Handle, others: Int = 0) {
  check(threadCount() == 1 + others, "it counts")
  guard let own = handle.withLock({ $0 }) else { return check(false, "the handle is there") }
  check(own.id == .current && !own.isFinished, "it has not ended")
  do {
    _ = try own.join()
    check(false, "it cannot join itself")
  } catch {
    check(error as? ThreadError == .cannotJoinSelf, "it cannot join itself")
  }
}

private let bodies: [@Sendable () throws -> Void] = [{}, { throw Boom() }, { pthread_exit(nil) }]

func askWhileDying() throws {
  for body in bodies { try runThread(body: body) { checkOwn($0) } }
}

/// A fork by a thread that is being destroyed.
func forkWhileDying() throws {
  for body in bodies {
    try runThread(body: body) { handle in
      checkOwn(handle)
      do {
        try inForkedChild {
          checkOwn(handle)
          let thread = JoinableThread { threadCount() }
          try thread.start()
          check(try thread.join() == 2, "threads of the child count")
          checkOwn(handle)
        }
      } catch {
        check(false, "the child ended well")
      }
      checkOwn(handle)
    }
  }
}

/// A fork by a thread whose body then ends in the child too, and a fork while it is being destroyed, likewise.
func forkAndDie() throws {
  let parent = getpid()
  for body in bodies {
    try runThread(
      body: {
        try forkAndWatch()
        try body()
      },
      dying: { checkOwn($0, others: getpid() == parent ? 0 : 1) })
    try runThread(body: body) { handle in
      do { try forkAndWatch() } catch { check(false, "the child ended well") }
      checkOwn(handle, others: getpid() == parent ? 0 : 1)
    }
  }
}

/// Forks; in the child a thread waits for the end of the forking one and then ends the process.
private func forkAndWatch() throws {
  let child = test_fork()
  check(child >= 0, "fork works")
  guard child == 0 else { return check(try endStatus(of: child) == 0, "the forked child ended well") }
  check(threadCount() == 1, "the forking thread counts")
  try startNewThread {
    check(threadCount() > 0, "a thread counts itself")
    do { try waitUntil("the forking thread to end") { threadCount() == 1 } } catch { _exit(1) }
    // The count is right by then, and stays so.
    nap(.milliseconds(20))
    check(threadCount() == 1, "the forking thread counts no more")
    _exit(0)
  }
}
