import CTestSupport
import FastLock
import TestSupport
import Threads

/// Threads that are started, and errors that are thrown, on a stack that is not the thread's: coroutines have such.
func startOnForeignStacks() throws {
  workOnForeignStack()
  let thread = JoinableThread { workOnForeignStack() }
  try thread.start()
  try thread.join()
  try startNewThread { workOnForeignStack() }
  try waitForThreads()
}

private func workOnForeignStack() {
  let status = unsafe test_call_on_foreign_stack(
    { _ in
      check(CallStack.roomOnCurrentStack() == 0, "the stack is another's")
      do {
        let thread = JoinableThread { 1 }
        try thread.start()
        check(try thread.join() == 1, "threads are started there as ever")
        // Reported without a stack of the start.
        let count = threadCount()
        try startNewThread(name: "foreign") { try throwBoom() }
        try waitUntil("the thread to end") { threadCount() == count }
        // Noted without a stack of the throw.
        do { try throwBoom() } catch {}
      } catch {
        check(false, "threads can be started")
      }
    }, nil)
  check(status == 0, "such a stack can be had")
}
