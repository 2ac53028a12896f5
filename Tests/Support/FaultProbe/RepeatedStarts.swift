import TestSupport
import Threads

/// A joinable thread whose start failed is started again.
func startAgain() throws {
  let former = try setThreadStackSize(1 << 50)
  let thread = JoinableThread { threadStackSize() }
  for _ in 0..<2 {
    do {
      try thread.start()
      check(false, "no such stack can be had")
    } catch {
      guard case .cannotStart(let errno) = error else {
        return check(false, "the error is that of a thread which cannot be started")
      }
      check(errno > 0, "the system's reason is told")
    }
    check(thread.id == nil && !thread.isFinished && threadCount() == 0, "what failed is not started")
  }
  try setThreadStackSize(former)
  try thread.start()
  check(thread.id != nil, "it can be started again")
  check(try thread.join() == former, "its body runs then")
}
