import TestSupport
import Threads

/// A join whose time runs out after the body threw and before the thread has ended. Nobody else is left to tell.
func joinThatComesTooLate() throws {
  // Should so short a join give up before the body has thrown, a longer one is tried.
  var limit = Duration.milliseconds(20)
  while try !joinBetweenErrorAndEnd(within: limit) { limit *= 2 }
}

/// Returns whether the join still waited when the body had thrown.
private func joinBetweenErrorAndEnd(within limit: Duration) throws -> Bool {
  let told = Locked(0)
  setUncaughtErrorHandler { _ in told.withLock { $0 += 1 } }
  let steps = Steps()
  let held = ThreadLocal { HoldingUp(steps) }
  let thread = JoinableThread {
    held.withValue { _ in }
    try waitUntil("the body to go on") { steps.mayThrow.withLock { $0 } }
    throw Boom()
  }
  try thread.start()
  let joiner = TestThread { try thread.join(within: limit) == nil }
  try waitUntil("the join to begin") { joiner.kernelID.futexSleep != nil || joiner.hasEnded }
  thread.detach()
  steps.mayThrow.withLock { $0 = true }
  try waitUntil("the body to end") { steps.hasThrown.withLock { $0 } }
  let joinWaited = !joiner.hasEnded
  check(try joiner.join(), "the thread has not ended")
  check(!thread.isFinished && told.withLock { $0 } == 1, "the error is told")
  steps.mayEnd.withLock { $0 = true }
  try waitForThreads()
  check(told.withLock { $0 } == 1, "it is told once")
  return joinWaited
}

private final class Steps: Sendable {
  let mayThrow = Locked(false)
  let hasThrown = Locked(false)
  let mayEnd = Locked(false)
}

/// A value of a thread, which holds up the thread's end after its body has ended.
private final class HoldingUp {
  private let steps: Steps

  init(_ steps: Steps) { self.steps = steps }

  deinit {
    steps.hasThrown.withLock { $0 = true }
    while !steps.mayEnd.withLock({ $0 }) { nap(.microseconds(100)) }
  }
}
