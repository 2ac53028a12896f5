import CTestSupport
import Synchronization
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs `body` while a thread that the library started sleeps.
private func besideSleepingThread(_ body: (JoinableThread<Void>) throws -> Void) throws {
  let end = Lock()
  end.acquire()
  let running = JoinableThread { end.withLock {} }
  try running.start()
  try body(running)
  try end.release()
  try running.join()
}

/// Children made by a thread that the library did not start, by every means, while one that it started sleeps.
func childrenBesideThreads() throws {
  try besideSleepingThread { running in
    try interruptMain()
    for kind in childKinds {
      try inChild(kind) {
        check(threadCount() == 0, "other threads do not exist")
        try checkInterrupt()
        check(running.isFinished, "they count as finished")
        do {
          try running.join()
          check(false, "they cannot be joined")
        } catch {
          check(error as? ThreadError == .detached, "they cannot be joined")
        }
        try interruptMain(9)
        check(pendingInterrupt() == 9, "only new interrupts are pending")
      }
    }
    check(threadCount() == 1, "in the parent the thread goes on")
    check(pendingInterrupt() == SIGINT, "the parent keeps its interrupt")
  }
}

/// The same by a thread of the library, which goes on in the child, and is joined there by one that it starts.
func childrenOfThreads() throws {
  try besideSleepingThread { _ in
    for kind in childKinds {
      let handle = Locked<JoinableThread<Int>?>(nil)
      let thread = JoinableThread {
        try inChild(kind) {
          guard let own = handle.withLock({ $0 }) else { return check(false, "the handle is there") }
          check(threadCount() == 1, "the forking thread counts")
          check(!own.isFinished, "it goes on")
          try inChild(kind) { check(threadCount() == 1, "in the grandchild too") }
          try interruptMain()
          check(pendingInterrupt() == SIGINT, "it is the main thread")
        }
        // It ends the thread by returning, and then has none that counts.
        let child = test_child(kind)
        check(child >= 0, "there is a child")
        guard child == 0 else {
          check(try endStatus(of: child) == 0, "the child ended well")
          return 1
        }
        check(threadCount() == 1, "the forking thread counts")
        startWatchOfCount()
        return 2
      }
      handle.withLock { $0 = thread }
      try thread.start()
      check(try thread.join() == 1, "the parent's thread goes on")
      check(threadCount() == 1, "and has ended")
    }
  }
}

/// Ends the process when no thread counts.
private func startWatchOfCount() {
  _ = TestThread {
    let isWell = (try? waitUntil("no thread to count") { threadCount() == 0 }) != nil
    _exit(isWell ? 0 : 1)
  }
}

// MARK: In handlers

private let countInHandler = Atomic<Int>(-1)
private let interruptInHandler = Atomic<CInt>(-1)
private let handlerExchanges = Atomic<Int>(0)

/// Handlers that run before the library's see what everybody sees later, and may do what everybody may.
func threadsInEarlyHandlers() throws {
  try besideSleepingThread { _ in
    try interruptMain()
    test_set_fork_handlers(
      { exchangeHandler() }, { exchangeHandler() },
      {
        exchangeHandler()
        countInHandler.store(threadCount(), ordering: .relaxed)
        interruptInHandler.store(pendingInterrupt() ?? 0, ordering: .relaxed)
      })
    try inChild(TEST_CHILD_OF_FORK) {
      check(handlerExchanges.load(ordering: .relaxed) == 2, "two handlers ran")
      check(countInHandler.load(ordering: .relaxed) == 0, "other threads do not exist")
      check(interruptInHandler.load(ordering: .relaxed) == 0, "no interrupt is pending")
    }
    check(pendingInterrupt() == SIGINT, "the parent keeps its interrupt")
  }
}

private func exchangeHandler() {
  setUncaughtErrorHandler(setUncaughtErrorHandler { _ in })
  handlerExchanges.wrappingAdd(1, ordering: .relaxed)
}

/// Children that ask for the handler, made while other threads do so all the time.
func childrenDuringExchanges() throws {
  let isOver = Atomic(false)
  let exchanging = (0..<2).map { _ in
    TestThread { while !isOver.load(ordering: .relaxed) { exchangeHandler() } }
  }
  for round in 0..<200 {
    try inChild(childKinds[1 + round % 2]) { _ = setUncaughtErrorHandler(nil) }
  }
  isOver.store(true, ordering: .relaxed)
  for thread in exchanging { try thread.join() }
}
