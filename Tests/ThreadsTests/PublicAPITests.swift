import Testing
// Threads alone: it re-exports FastLock.
import Threads

/// Uses every public declaration in the spelling, with the types and the thrown errors that users rely on.
@Suite struct PublicAPITests {
  struct Failure: Error {}

  struct Unique: ~Copyable {
    var value = 1
  }

  final class Locks: Sendable {
    let mutex = Mutex(0)
    let unique = Mutex(Unique())
    let raw = RawMutex()
    let locked = Locked([1])
    let lock = Lock()
  }

  @Test func mutex() {
    let locks = Locks()
    let plain: Int = locks.mutex.withLock {
      $0 += 1
      return $0
    }
    let tried: Int? = locks.mutex.withLockIfAvailable { $0 }
    let timed: Int? = locks.mutex.withLockIfAvailable(within: .seconds(1)) { $0 }
    let dated: Int? = locks.mutex.withLockIfAvailable(until: .now + .seconds(1)) { $0 }
    #expect([plain, tried, timed, dated] == [1, 1, 1, 1])
    let unique: Unique = locks.unique.withLock { Unique(value: $0.value + 1) }
    #expect(unique.value == 2)
    guard let other: Unique = locks.unique.withLockIfAvailable({ _ in Unique(value: 3) }) else {
      Issue.record("a free mutex was not available")
      return
    }
    #expect(other.value == 3)
    do throws(Failure) {
      try locks.mutex.withLock { _ throws(Failure) in throw Failure() }
    } catch {
      let _: Failure = error
    }
    let taken: Int = Mutex(5).takeValue()
    #expect(taken == 5)
  }

  @Test func rawMutex() {
    let locks = Locks()
    locks.raw.lock()
    locks.raw.assertOwned()
    locks.raw.unlock()
    for taken in [
      locks.raw.lockIfAvailable(), locks.raw.lockIfAvailable(within: .zero),
      locks.raw.lockIfAvailable(until: .now),
    ] { #expect(taken == (taken ? locks.raw.isLocked : false)) }
    locks.raw.unlock()
    let unique: Unique = locks.raw.withLock { Unique(value: 4) }
    #expect(unique.value == 4)
  }

  @Test func locked() {
    let locked = Locks().locked
    locked.withLock { $0.append(2) }
    #expect(locked.withLockIfAvailable { $0.count } == 2)
    #expect(locked.withLockIfAvailable(within: .seconds(1)) { $0 } == [1, 2])
    #expect(locked.withLockIfAvailable(until: .now) { $0 } == [1, 2])
  }

  @Test func lock() throws {
    let lock: Lock = allocateLock()
    lock.acquire()
    do throws(LockError) {
      try lock.release()
      try lock.release()
    } catch {
      #expect(error == .notLocked)
    }
    lock.acquire(blocking: false)
    #expect(lock.acquire(timeout: .zero) == false)
    #expect(lock.isLocked)
    try lock.release()
    let unique: Unique = lock.withLock { Unique(value: 5) }
    #expect(unique.value == 5)
    lock.acquireInterruptibly(timeout: .seconds(1)) {}
    do throws(Failure) {
      try lock.acquireInterruptibly { () throws(Failure) in throw Failure() }
    } catch {
      let _: Failure = error
    }
    do throws(KeyboardInterrupt) {
      let taken: Bool = try lock.acquireInterruptibly(timeout: .milliseconds(1))
      #expect(!taken)
    } catch {
      Issue.record(error)
    }
    lock.reinitializeAfterFork()
    #expect(!lock.isLocked)
  }

  @Test func threads() throws {
    let id: ThreadID = try startNewThread(stackSize: nil, name: nil) {}
    let _: UInt = id.rawValue
    let withArgument: ThreadID = try startNewThread(stackSize: 0, name: "one", { (_: Int) in }, 1)
    let _: String = withArgument.description
    let set: (Int) throws(ThreadError) -> Int = setThreadStackSize
    #expect(throws: ThreadError.invalidStackSize) { try set(1) }
    do throws(ThreadExit) { try exitThread() } catch { let _: ThreadExit = error }
    let _: Int = threadCount()
    let _: String = threadName()
    let _: Int32 = nativeThreadID()
    do throws(ThreadError) { try interruptMain(0) } catch { #expect(error == .invalidSignal) }
    do throws(KeyboardInterrupt) { try checkInterrupt() } catch { let _: CInt = error.signal }
    let install: (Bool) throws(ThreadError) -> Bool = installInterruptHandler(evenIfIgnored:)
    _ = { () throws(ThreadError) -> Bool in try installInterruptHandler() }
    _ = install
  }

  @Test func joinableThread() throws {
    let thread = JoinableThread<Int>(stackSize: nil, name: nil) { 1 }
    let start: () throws(ThreadError) -> Void = thread.start
    try start()
    let id: ThreadID? = thread.id
    #expect(id != nil)
    let joined: Int = try thread.join()
    let timed: Int? = try thread.join(within: .seconds(1))
    #expect(joined == 1 && timed == 1)
    let finished: Bool = thread.isFinished
    #expect(finished)
    thread.detach()
  }

  @Test func threadLocal() throws {
    let local = ThreadLocal<[Int]> { [] }
    let count: Int = try local.withValue { value throws(Failure) in
      value.append(1)
      return value.count
    }
    #expect(count == 1)
  }

  /// What neither blocks without a body nor ends a hold may be called from asynchronous code.
  @Test func asynchronously() async throws {
    let locks = Locks()
    locks.mutex.withLock { $0 += 1 }
    locks.locked.withLock { $0.append(1) }
    locks.raw.withLock {}
    locks.lock.withLock {}
    _ = locks.lock.isLocked
    try JoinableThread {}.start()
  }
}
