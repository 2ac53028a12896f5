import TestSupport
import Threads

/// Threads that were to be started, and what became of them.
private final class Attempts {
  private let runs = Locked(0)
  private let released = Locked(0)
  private let refusal: ThreadError
  private var tried = 0
  private var refused = 0

  /// - Parameter refusal: what a start that is refused is to throw.
  init(refusedWith refusal: ThreadError) {
    self.refusal = refusal
  }

  /// Starts threads, plain and joinable ones in turn, and waits for each; returns how many were refused.
  func make(_ count: Int) throws -> Int {
    let former = refused
    for _ in 0..<count {
      do {
        try makeOne()
      } catch {
        check(error as? ThreadError == refusal, "a refused start says why")
        refused += 1
      }
    }
    return refused - former
  }

  private func makeOne() throws {
    tried += 1
    // Larger than all before it, and than what the C library keeps, so that it must be asked of the system.
    let stackSize = (64 << 20) + (tried << 16)
    let runs = runs
    let capture = Flagging(released)
    let body = { withExtendedLifetime(capture) { runs.withLock { $0 += 1 } } }
    if tried.isMultiple(of: 2) {
      try startNewThread(stackSize: stackSize, body)
      try waitForThreads()
    } else {
      let thread = JoinableThread(stackSize: stackSize, body)
      try thread.start()
      try thread.join()
    }
  }

  /// How many threads did not run though they were started, or the contrary, how many captures were not released, and
  /// how many threads count though they are none.
  var lost: Int {
    abs(tried - refused - runs.withLock { $0 }) + abs(tried - released.withLock { $0 }) + threadCount()
  }
}

/// The errno that a refused start is to tell: the first argument.
private func expectedError() -> ThreadError {
  guard let errno = scenarioArguments.first.flatMap({ CInt($0) }) else { refuse("which errno?") }
  return .cannotStart(errno: errno)
}

/// Starts threads where the system refuses all.
func startFails() throws {
  let starts = 100
  let began = monotonicNow()
  let attempts = Attempts(refusedWith: expectedError())
  let refused = try attempts.make(starts)
  check(refused == starts, "none is started")
  let thread = JoinableThread {}
  do {
    try thread.start()
    check(false, "no thread is started")
  } catch {}
  check(thread.id == nil && !thread.isFinished, "what was refused is not started")
  tell("starts", injected: refused, survived: refused, lost: attempts.lost, since: began)
}

/// Starts threads while the system begins to refuse them, as the rules say that follow the errno, and after it has ceased
/// to.
func startsBeginToFail() throws {
  let starts = 120
  let rules = Array(scenarioArguments.dropFirst())
  let refusal = expectedError()
  let faults = InjectedFaults(rules)
  let attempts = Attempts(refusedWith: refusal)
  check(try attempts.make(starts) == 0, "no thread is refused at first")

  let began = monotonicNow()
  faults.turn(true)
  let former = Holdings()
  let refused = try attempts.make(starts)
  check(refused == faults.injected, "each refusal makes one start fail, and nothing else does")
  let again = JoinableThread(stackSize: 128 << 20) { 1 }
  do {
    // Whether this one is refused is up to the rule.
    try again.start()
  } catch {
    check(error == refusal, "a refused start says why")
  }
  faults.turn(false)
  try waitUntil("the kernel to forget what was refused") { Holdings().isFree(of: former) }
  if again.id == nil { try again.start() }
  check(try again.join() == 1, "what was refused can be started later")
  check(try attempts.make(starts) == 0, "no thread is refused any more")
  tell(rules.joined(separator: ","), injected: refused, survived: starts, lost: attempts.lost, since: began)
}
