import TestSupport
import Threads

/// A handler that puts another in its place.
func handlerThatExchangesHandlers() throws {
  let told = Locked<[String]>([])
  setUncaughtErrorHandler { _ in
    told.withLock { $0.append("first") }
    let former = setUncaughtErrorHandler { _ in told.withLock { $0.append("second") } }
    check(former != nil, "a handler that runs is still the handler")
  }
  for _ in 0..<2 {
    _ = try startBursting()
    try waitForThreads()
  }
  check(told.withLock { $0 } == ["first", "second"], "each is told one error")
}

/// Errors that threads report at once.
func reportAtOnce() throws {
  let threads = 8
  for _ in 0..<25 {
    let gate = StartGate(parties: threads)
    for index in 0..<threads {
      try startNewThread(name: "reporter \(index)") {
        gate.pass()
        throw Boom(description: String(repeating: "\(index)", count: 900))
      }
    }
    try waitForThreads()
  }
}

/// An error that is caught and thrown again before nobody catches it.
func reportErrorThrownAgain() throws {
  try startNewThread { try throwAgain() }
  try waitForThreads()
}

@inline(never)
func throwAgain() throws {
  do {
    try throwBoom()
  } catch {
    throw error
  }
}
