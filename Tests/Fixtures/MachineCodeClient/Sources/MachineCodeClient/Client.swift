import FastLock

@main
enum Client {
  static func main() throws {
    let store = Store()
    countInClass(store)
    countInGlobal()
    countInLocked(store.locked)
    countUnderMutex(store)
    countUnderLock(store)
    print(countIfAvailable(store), countInLockedIfAvailable(store.locked))
    pairOfMutexInClass(store)
    pairOfGlobalMutex()
    try pairOfLock(store.object)
    scopedPairOfLock(store.object)
    pairOfBorrowedMutex(store.mutex)
    countInBorrowed(store.count)
    let shelf = Shelf()
    print(
      referenceOutOfMutex(shelf), arrayOutOfMutex(shelf), referenceOutOfLocked(shelf),
      arrayOutOfLocked(shelf),
      referenceUnderMutex(shelf), arrayUnderMutex(shelf), referenceUnderLock(shelf), arrayUnderLock(shelf))
  }
}
