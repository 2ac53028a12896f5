import FastLock

@main
enum Client {
  static func main() throws {
    let store = Store()
    countInClass(store)
    countInGlobal()
    countInLocked(store.locked)
    pairOfMutexInClass(store)
    pairOfGlobalMutex()
    try pairOfLock(store.lock)
    scopedPairOfLock(store.lock)
    print(arrayOutOfClass(store))
  }
}
