// The compiler is to find an error in each line that says so, and in no other.
import FastLock
import Threads

final class Locks: Sendable {
  let raw = RawMutex()
  let mutex = Mutex(0)
  let locked = Locked(0)
  let lock = Lock()
}

func blockAndEndHolds(_ locks: Locks) async throws {
  locks.raw.lock()  // refused
  locks.raw.unlock()  // refused
  _ = locks.raw.lockIfAvailable(within: .seconds(1))  // refused
  _ = locks.raw.lockIfAvailable(until: .now)  // refused
  locks.lock.acquire()  // refused
  locks.lock.acquire(blocking: true)  // refused
  _ = locks.lock.acquire(timeout: .seconds(1))  // refused
  try locks.lock.acquireInterruptibly()  // refused
  try locks.lock.acquireInterruptibly(timeout: .seconds(1))  // refused
  locks.lock.acquireInterruptibly {}  // refused
  locks.lock.acquireInterruptibly(timeout: .seconds(1)) {}  // refused
  try locks.lock.release()  // refused
}

func blockInTask(_ locks: Locks) {
  Task {
    locks.raw.lock()  // refused
    locks.lock.acquire()  // refused
  }
}

func runBodies(_ locks: Locks) async {
  locks.raw.withLock {}
  locks.lock.withLock {}
  locks.mutex.withLock { $0 += 1 }
  locks.mutex.withLockIfAvailable { $0 += 1 }
  locks.mutex.withLockIfAvailable(within: .seconds(1)) { $0 += 1 }
  locks.mutex.withLockIfAvailable(until: .now) { $0 += 1 }
  locks.locked.withLock { $0 += 1 }
  locks.locked.withLockIfAvailable { $0 += 1 }
  locks.locked.withLockIfAvailable(within: .seconds(1)) { $0 += 1 }
  locks.locked.withLockIfAvailable(until: .now) { $0 += 1 }
}

func tryAndLook(_ locks: Locks) async {
  _ = locks.raw.lockIfAvailable()
  _ = locks.raw.isLocked
  _ = locks.lock.isLocked
}

func blockInSynchronousCode(_ locks: Locks) throws {
  locks.raw.lock()
  locks.raw.unlock()
  locks.lock.acquire()
  try locks.lock.release()
}
