import CTestSupport
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Starts as many threads as the system allows, and more, again and again.
func startUpToTheLimit() throws {
  let (rounds, most, excess) = (5, 8, 20)
  let began = monotonicNow()
  let formerThreads = Holdings().threads
  // The main thread counts too.
  guard test_limit_threads(UInt(most + 1)) == 0 else {
    refuse(
      "cannot limit threads: root, or a user namespace, is needed: \(unsafe String(cString: strerror(errno)))"
    )
  }
  let released = Locked(0)
  let end = Lock()
  /// Whether a thread that waits for the end could be started.
  func start() -> Bool {
    do {
      let capture = Flagging(released)
      try startNewThread { withExtendedLifetime(capture) { end.withLock {} } }
      return true
    } catch {
      check(error == .cannotStart(errno: EAGAIN), "a refused start says why")
      return false
    }
  }
  for _ in 0..<rounds {
    end.acquire()
    for _ in 0..<most { check(start(), "as many as allowed can be started") }
    for _ in 0..<excess { check(!start(), "no more can be started") }
    check(threadCount() == most, "only what was started counts")
    try end.release()
    try waitForThreads()
    try waitUntil("the kernel to forget the threads") { Holdings().threads <= formerThreads }
  }
  let lost = rounds * (most + excess) - released.withLock { $0 }
  tell("thread-limit", injected: rounds * excess, survived: rounds * most, lost: lost, since: began)
}
