import Threads

/// Uses what inlines into a client and what does not, of both products.
@main
enum BuildModes {
  private static let own = ThreadLocal { 0 }

  static func main() throws {
    let counters = Counters()
    let threads = (0..<4).map { _ in
      JoinableThread {
        for _ in 0..<10_000 {
          counters.increment()
          own.withValue { $0 += 1 }
        }
        return own.withValue { $0 }
      }
    }
    for thread in threads { try thread.start() }
    let sum = try threads.reduce(0) { try $0 + $1.join() }
    print(sum, counters.inMutex.withLock { $0 }, counters.inLocked.withLock { $0 }, counters.lock.isLocked)
  }
}

final class Counters: Sendable {
  let inMutex = Mutex(0)
  let inLocked = Locked(0)
  let raw = RawMutex()
  let lock = allocateLock()

  func increment() {
    inMutex.withLock { $0 += 1 }
    inLocked.withLock { $0 += 1 }
    raw.withLock {}
    lock.withLock {}
  }
}
