import FastLock

struct FastLockMutex: MeasuredLock, ~Copyable {
  private let mutex = Mutex<Void>(())

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    mutex.withLock { _ in body() }
  }
}

struct FastLockRawMutex: MeasuredLock, ~Copyable {
  private let mutex = RawMutex()

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    mutex.lock()
    body()
    mutex.unlock()
  }
}

struct FastLockLock: MeasuredLock, ~Copyable {
  private let lock = Lock()

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    lock.acquire()
    body()
    do { try lock.release() } catch { fatalError("\(error)") }
  }
}

// MARK: In separate calls

extension FastLockRawMutex: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    mutex.lock()
  }

  @inline(__always)
  borrowing func release() {
    mutex.unlock()
  }
}

extension FastLockLock: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    lock.acquire()
  }

  @inline(__always)
  borrowing func release() {
    do { try lock.release() } catch { fatalError("\(error)") }
  }
}
