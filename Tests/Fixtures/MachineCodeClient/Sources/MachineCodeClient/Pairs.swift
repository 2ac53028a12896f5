import FastLock

let globalCount = Mutex(0)
let globalMutex = RawMutex()

final class Node: Sendable {}

final class Store {
  let count = Mutex(0)
  let mutex = RawMutex()
  let object = Lock()
  let locked = Locked(0)
  // Whoever holds `mutex` or `object` may use it.
  var guarded = 0
}

// Each adds another number or is of another layout: equal functions would be merged into one.

@inline(never)
func countInClass(_ store: Store) { store.count.withLock { $0 &+= 3 } }

@inline(never)
func countInGlobal() { globalCount.withLock { $0 &+= 5 } }

@inline(never)
func countInLocked(_ locked: Locked<Int>) { locked.withLock { $0 &+= 7 } }

@inline(never)
func countUnderMutex(_ store: Store) { store.mutex.withLock { store.guarded &+= 11 } }

@inline(never)
func countUnderLock(_ store: Store) { store.object.withLock { store.guarded &+= 13 } }

@inline(never)
func countIfAvailable(_ store: Store) -> Bool {
  store.count.withLockIfAvailable { $0 &+= 23 } != nil
}

@inline(never)
func countInLockedIfAvailable(_ locked: Locked<Int>) -> Bool {
  locked.withLockIfAvailable { $0 &+= 29 } != nil
}

@inline(never)
func pairOfMutexInClass(_ store: Store) {
  store.mutex.lock()
  store.mutex.unlock()
}

@inline(never)
func pairOfGlobalMutex() {
  globalMutex.lock()
  globalMutex.unlock()
}

@inline(never)
func pairOfLock(_ lock: Lock) throws(LockError) {
  lock.acquire()
  try lock.release()
}

@inline(never)
func scopedPairOfLock(_ lock: Lock) { lock.withLock {} }

@inline(never)
func pairOfBorrowedMutex(_ mutex: borrowing RawMutex) {
  mutex.lock()
  mutex.unlock()
}

@inline(never)
func countInBorrowed(_ count: borrowing Mutex<Int>) { count.withLock { $0 &+= 19 } }
