import FastLock
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The lock whose kind is the argument, held by a thread that never ends.
private func heldLock() throws -> any AnyLock {
  guard let kind = scenarioArguments.first.flatMap(LockKind.init) else { refuse("which kind of lock?") }
  let lock = kind.make()
  _ = TestThread { lock.withLock { while true { pause() } } }
  try waitUntil("the lock to be taken") { lock.isTaken }
  return lock
}

/// Waits for a lock that nobody will release: the first futex wait decides.
func sleepForEver() throws {
  try heldLock().withLock {}
}

/// As ``sleepForEver()``, with a limit.
func sleepForAnHour() throws {
  _ = try heldLock().isTaken(for: .seconds(3600))
}

/// As ``sleepForEver()``, interruptibly.
func sleepInterruptibly() {
  let lock = Lock()
  lock.acquire()
  lock.acquireInterruptibly {}
}

/// Waits for the end of a thread that has none.
func joinForEver() throws {
  let thread = JoinableThread { while true { pause() } }
  try thread.start()
  try thread.join()
}

/// Unlocks a lock that a waiter has marked and left: one futex wake without a sleeper.
func wakeNobody() throws {
  guard let kind = scenarioArguments.first.flatMap(LockKind.init) else { refuse("which kind of lock?") }
  let lock = kind.make()
  let waiter = try lock.withLock {
    let waiter = TestThread { lock.isTaken(for: .milliseconds(1)) }
    try waitUntil("the waiter to give up") { waiter.hasEnded }
    return waiter
  }
  check(try waiter.join(), "the waiter gave up")
}
