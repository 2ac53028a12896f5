import FastLock

final class Shelf {
  let reference = Mutex(Node())
  let array = Mutex([0])
  let mutex = RawMutex()
  let object = Lock()
  let lockedReference = Locked(Node())
  let lockedArray = Locked([0])
  // Whoever holds `mutex` or `object` may use them.
  var referenceUnderMutex = Node()
  var arrayUnderMutex = [0]
  var referenceUnderLock = Node()
  var arrayUnderLock = [0]
}

@inline(never)
func referenceOutOfMutex(_ shelf: Shelf) -> Node { shelf.reference.withLock { $0 } }

@inline(never)
func arrayOutOfMutex(_ shelf: Shelf) -> [Int] { shelf.array.withLock { $0 } }

@inline(never)
func referenceOutOfLocked(_ shelf: Shelf) -> Node { shelf.lockedReference.withLock { $0 } }

@inline(never)
func arrayOutOfLocked(_ shelf: Shelf) -> [Int] { shelf.lockedArray.withLock { $0 } }

@inline(never)
func referenceUnderMutex(_ shelf: Shelf) -> Node { shelf.mutex.withLock { shelf.referenceUnderMutex } }

@inline(never)
func arrayUnderMutex(_ shelf: Shelf) -> [Int] { shelf.mutex.withLock { shelf.arrayUnderMutex } }

@inline(never)
func referenceUnderLock(_ shelf: Shelf) -> Node { shelf.object.withLock { shelf.referenceUnderLock } }

@inline(never)
func arrayUnderLock(_ shelf: Shelf) -> [Int] { shelf.object.withLock { shelf.arrayUnderLock } }
