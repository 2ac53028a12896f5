import TestSupport
import Threads

/// A thread ends by an error of whose throw the runtime does not tell.
func reportTypedThrow() throws {
  try startNewThread { try throwTypedBoom() }
  try waitUntil("the thread to end") { threadCount() == 0 }
}

@inline(never)
private func throwTypedBoom() throws(Boom) { throw Boom() }
