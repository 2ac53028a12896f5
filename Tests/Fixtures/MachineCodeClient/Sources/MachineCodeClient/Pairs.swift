import FastLock

let globalCount = Mutex(0)
let globalMutex = RawMutex()

final class Store: Sendable {
  let count = Mutex(0)
  let array = Mutex([0])
  let mutex = RawMutex()
  let lock = Lock()
  let locked = Locked(0)
}

// Each adds another number: equal functions would be merged into one.

@inline(never)
func countInClass(_ store: Store) { store.count.withLock { $0 &+= 3 } }

@inline(never)
func countInGlobal() { globalCount.withLock { $0 &+= 5 } }

@inline(never)
func countInLocked(_ locked: Locked<Int>) { locked.withLock { $0 &+= 7 } }

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
func arrayOutOfClass(_ store: Store) -> [Int] { store.array.withLock { $0 } }
