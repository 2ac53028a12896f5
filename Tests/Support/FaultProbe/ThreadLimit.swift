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
  // ThreadSanitizer has a thread of its own, which counts or not, as it was started after the limit was set or before.
  let sanitizerThreads = test_has_thread_sanitizer() ? 1 : 0
  var (survived, injected) = (0, 0)
  for _ in 0..<rounds {
    end.acquire()
    var started = 0
    while start() { started += 1 }
    check((most - sanitizerThreads...most).contains(started), "as many as allowed can be started")
    for _ in 0..<excess { check(!start(), "no more can be started") }
    check(threadCount() == started, "only what was started counts")
    try end.release()
    try waitForThreads()
    try waitUntil("the kernel to forget the threads") { Holdings().threads <= 1 + sanitizerThreads }
    survived += started
    injected += excess + 1
  }
  let lost = survived + injected - released.withLock { $0 }
  tell("thread-limit", injected: injected, survived: survived, lost: lost, since: began)
}
