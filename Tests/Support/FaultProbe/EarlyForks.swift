import CTestSupport
import FastLock
import Synchronization
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is to hold in a child from its first instruction on, whatever made it.
let childKinds = [TEST_CHILD_OF_FORK, TEST_CHILD_OF_BARE_FORK, TEST_CHILD_OF_CLONE]

/// Runs `body` in a child of this kind; returns after the child ended well.
func inChild(_ kind: test_child_kind, _ body: () throws -> Void) throws {
  let child = test_child(kind)
  check(child >= 0, "there is a child")
  guard child == 0 else { return check(try endStatus(of: child) == 0, "the child ended well") }
  do {
    try body()
    _exit(0)
  } catch {
    report("in the child: \(error)")
    _exit(1)
  }
}

// MARK: The generation

private let generationInHandler = Atomic<UInt32>(0)

/// Each process has one generation, which its child does not share, nor that one's child; who shares the memory shares it.
func generationsOfChildren() throws {
  let first = ForkGeneration.current
  for kind in childKinds {
    try inChild(kind) {
      let second = ForkGeneration.current
      check(second != first, "the child's is another")
      check(second == ForkGeneration.current, "it stays")
      for kind in childKinds {
        try inChild(kind) {
          let third = ForkGeneration.current
          check(third != second && third != first, "the grandchild's is another")
        }
      }
      // One that nobody asks has a child, too.
      try inChild(kind) { try inChild(kind) { check(ForkGeneration.current != second, "it is another") } }
      check(second == ForkGeneration.current, "having children changes nothing")
    }
    try inChild(kind) { checkThatAllAgree() }
  }
  check(first == ForkGeneration.current, "having children changes nothing")
  for isVfork in [true, false] {
    let status = test_run_in_child_with_same_memory(isVfork) { _ = ForkGeneration.current }
    check(status == 0 && first == ForkGeneration.current, "the same memory has the same generation")
  }
}

/// Threads of a child that are the first to ask, at once.
private func checkThatAllAgree() {
  let gate = StartGate(parties: 4)
  let threads = (0..<4).map { _ in
    TestThread {
      gate.pass()
      return ForkGeneration.current
    }
  }
  let answers = threads.compactMap { try? $0.join() }
  check(Set(answers) == [ForkGeneration.current] && answers.count == 4, "all threads get the same")
}

/// A handler that runs before any of the library sees what everybody sees later.
func generationInEarlyHandler() throws {
  let first = ForkGeneration.current
  test_set_fork_handlers(nil, nil) {
    generationInHandler.store(ForkGeneration.current, ordering: .relaxed)
  }
  try inChild(TEST_CHILD_OF_FORK) {
    let seen = generationInHandler.load(ordering: .relaxed)
    check(seen != first, "the handler sees the child's generation")
    check(seen == ForkGeneration.current, "so does everybody later")
  }
}

// MARK: Locks in handlers

/// The usual handlers: what they lock is free in the child.
private let guardedMutex = RawMutex()
private let guardedLock = Lock()

private func lockGuarded() {
  guardedMutex.lock()
  guardedLock.acquire()
}

private func unlockGuarded() {
  check((try? guardedLock.release()) != nil, "it was held")
  guardedMutex.unlock()
}

/// Handlers that lock before the fork and unlock after it, beside threads that wait for more than their patience.
func locksInEarlyHandlers() throws {
  test_set_fork_handlers({ lockGuarded() }, { unlockGuarded() }, { unlockGuarded() })
  try forkAmongUsers { try inChild(TEST_CHILD_OF_FORK, checkGuardedAreFree) }
}

/// The same by hand, with children that run no handlers.
func locksAroundBareForks() throws {
  for kind in [TEST_CHILD_OF_BARE_FORK, TEST_CHILD_OF_CLONE] {
    try forkAmongUsers {
      lockGuarded()
      let child = test_child(kind)
      unlockGuarded()
      check(child >= 0, "there is a child")
      guard child == 0 else { return check(try endStatus(of: child) == 0, "the child ended well") }
      checkGuardedAreFree()
      _exit(0)
    }
  }
}

private func checkGuardedAreFree() {
  check(guardedMutex.lockIfAvailable(), "the mutex is free")
  guardedMutex.unlock()
  check(!guardedLock.isLocked, "the lock is free")
  check(guardedLock.acquire(blocking: false), "the lock can be taken")
  check((try? guardedLock.release()) != nil, "once")
  check((try? guardedLock.release()) == nil, "not twice")
}

/// Forks while other threads hold the locks for longer than waiters are patient, each time at another moment.
private func forkAmongUsers(_ fork: () throws -> Void) throws {
  let isOver = Atomic(false)
  let users = (0..<4).map { index in
    TestThread {
      while !isOver.load(ordering: .relaxed) {
        if index % 2 == 0 {
          guardedMutex.withLock { nap(.milliseconds(2)) }
        } else {
          guardedLock.withLock { nap(.milliseconds(2)) }
        }
      }
    }
  }
  for round in 0..<60 {
    nap(.microseconds(100 * round))
    try fork()
  }
  isOver.store(true, ordering: .relaxed)
  for user in users { try user.join() }
}
