import FastLock
import struct Synchronization.Atomic
import Testing

private enum Refusal: Error, Equatable { case refused(Int) }

/// Counts how often it was destroyed.
private struct Unique: ~Copyable, Sendable {
  let destroyed: Counter
  var payload = 0

  deinit { destroyed.add() }
}

private final class Counter: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .relaxed) }

  func add() { count.add(1, ordering: .relaxed) }
}

private final class Reference: Sendable {
  let destroyed: Counter

  init(_ destroyed: Counter) {
    self.destroyed = destroyed
  }

  deinit { destroyed.add() }
}

private protocol Destroyer {
  func destroy<T: ~Copyable>(_ value: consuming T)
}

private struct Immediate: Destroyer {
  func destroy<T: ~Copyable>(_ value: consuming T) {}
}

private struct Boxing: Destroyer {
  private final class Box<T: ~Copyable> {
    let value: T

    init(_ value: consuming T) {
      self.value = value
    }
  }

  func destroy<T: ~Copyable>(_ value: consuming T) {
    _ = Box(value)
  }
}

@Suite struct ValuesAndErrors {
  @Test func noncopyableValuesAndResultsPass() {
    let destroyed = Counter()
    let mutex = Mutex(Unique(destroyed: destroyed))
    let former = mutex.withLock { value in
      value.payload = 7
      return exchange(&value, with: Unique(destroyed: destroyed, payload: 8))
    }
    #expect(former.payload == 7)
    #expect(mutex.withLock { $0.payload } == 8)
    if let latter = mutex.withLockIfAvailable({ exchange(&$0, with: Unique(destroyed: destroyed)) }) {
      #expect(latter.payload == 8)
    } else {
      Issue.record("the mutex was free")
    }
    #expect(destroyed.value < 3)
  }

  private func exchange(_ value: inout Unique, with new: consuming Unique) -> Unique {
    let former = value
    value = new
    return former
  }

  /// What `body` throws. The compiler sees to it that it can be nothing but a `Refusal`.
  private func refusal(_ body: () throws(Refusal) -> Void) -> Refusal? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private func refuse(_ value: inout sending Int) throws(Refusal) -> sending Int {
    value += 1
    throw .refused(value)
  }

  @Test func aBodysErrorKeepsItsTypeAndFreesARawMutex() {
    let mutex = RawMutex()
    let error = refusal { () throws(Refusal) in
      try mutex.withLock { () throws(Refusal) in throw .refused(1) }
    }
    #expect(error == .refused(1))
    #expect(mutex.isLocked == false)
  }

  @Test func aBodysErrorKeepsItsTypeAndFreesALock() {
    let lock = Lock()
    let error = refusal { () throws(Refusal) in
      try lock.withLock { () throws(Refusal) in throw .refused(1) }
    }
    #expect(error == .refused(1))
    #expect(!lock.isLocked)
  }

  @Test func aBodysErrorKeepsItsTypeAndFreesAMutex() {
    let mutex = Mutex(0)
    let soon = ContinuousClock.now.advanced(by: .seconds(60))
    let errors = [
      refusal { () throws(Refusal) in _ = try mutex.withLock(refuse) },
      refusal { () throws(Refusal) in _ = try mutex.withLockIfAvailable(refuse) },
      refusal { () throws(Refusal) in _ = try mutex.withLockIfAvailable(within: .seconds(60), refuse) },
      refusal { () throws(Refusal) in _ = try mutex.withLockIfAvailable(until: soon, refuse) },
    ]
    #expect(errors == [.refused(1), .refused(2), .refused(3), .refused(4)])
    let value = mutex.withLockIfAvailable { $0 }
    #expect(value == 4)
  }

  @Test func aBodysErrorKeepsItsTypeAndFreesALocked() {
    let locked = Locked(0)
    let soon = ContinuousClock.now.advanced(by: .seconds(60))
    let errors = [
      refusal { () throws(Refusal) in _ = try locked.withLock(refuse) },
      refusal { () throws(Refusal) in _ = try locked.withLockIfAvailable(refuse) },
      refusal { () throws(Refusal) in _ = try locked.withLockIfAvailable(within: .seconds(60), refuse) },
      refusal { () throws(Refusal) in _ = try locked.withLockIfAvailable(until: soon, refuse) },
    ]
    #expect(errors == [.refused(1), .refused(2), .refused(3), .refused(4)])
    #expect(locked.withLockIfAvailable { $0 } == 4)
  }

  @Test func aBodyThatCannotThrowNeedsNoTry() {
    let mutex = Mutex(0)
    let result: Int = mutex.withLock { value in
      value += 1
      return value
    }
    #expect(result == 1)
  }

  @Test func anOptionalResultIsNotTakenForAFailedTry() {
    let mutex = Mutex(0)
    let result: Int?? = mutex.withLockIfAvailable { _ in Int?.none }
    #expect(result == .some(.none))
  }

  @Test func takeValueHandsTheValueOverUndestroyed() {
    let destroyed = Counter()
    do {
      let mutex = Mutex(Unique(destroyed: destroyed, payload: 3))
      let value = mutex.takeValue()
      #expect(value.payload == 3)
      #expect(destroyed.value == 0)
    }
    #expect(destroyed.value == 1)
  }

  @Test func takeValueKeepsReferenceCounts() {
    let destroyed = Counter()
    do {
      let value = Mutex([Reference(destroyed)]).takeValue()
      withExtendedLifetime(value) { #expect(value.count == 1 && destroyed.value == 0) }
    }
    #expect(destroyed.value == 1)
  }

  @Test func takeValueGivesBackWhatLastWasStored() {
    let mutex = Mutex("former")
    mutex.withLock { $0 = "latter" }
    #expect(mutex.takeValue() == "latter")
  }

  @Test func aMutexDestroysItsValueOnce() {
    let destroyed = Counter()
    do {
      let mutex = Mutex(Unique(destroyed: destroyed))
      mutex.withLock { $0.payload += 1 }
      #expect(destroyed.value == 0)
    }
    #expect(destroyed.value == 1)
  }

  /// Regression: code that knows the mutex as a `T` only destroyed nothing.
  @Test func codeThatIsNotSpecialisedDestroysTheValueToo() {
    let destroyed = Counter()
    // Chosen at run time, so that no optimiser can specialise the call.
    let destroyer: any Destroyer = CommandLine.arguments.isEmpty ? Immediate() : Boxing()
    destroyer.destroy(Mutex(Unique(destroyed: destroyed)))
    #expect(destroyed.value == 1)
    destroyer.destroy(Mutex([Reference(destroyed), Reference(destroyed)]))
    #expect(destroyed.value == 3)
  }

  @Test func aLockedDestroysItsValueWithTheLastReference() {
    let destroyed = Counter()
    do {
      let locked = Locked(Reference(destroyed))
      let other = locked
      withExtendedLifetime(other) { #expect(destroyed.value == 0) }
    }
    #expect(destroyed.value == 1)
  }

  @Test func referencesToALockedShareItsValue() {
    let locked = Locked(0)
    let other = locked
    other.withLock { $0 = 5 }
    #expect(locked.withLock { $0 } == 5)
  }

  @Test func aValueThatIsNotSendableMayGoInAndOut() {
    final class Node { var next: Int = 1 }
    let mutex = Mutex(Node())
    mutex.withLock { $0.next += 1 }
    let former = mutex.withLock { node in
      let former = node
      node = Node()
      return former
    }
    #expect(former.next == 2)
    #expect(mutex.withLock { $0.next } == 1)
  }
}
