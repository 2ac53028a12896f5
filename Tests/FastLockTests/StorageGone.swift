import FastLock
import TestSupport
import Testing

import struct FastLock.Mutex

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A lock's storage is gone at the first moment at which it may be, again and again: a late touch ends the process.
@Suite struct StorageGone {
  /// A thousand locks each, since no test waits for one set of threads for as long as a million take.
  private static var demolitions: Int {
    unsafe getenv("FASTLOCK_LONG_TESTS") == nil ? 3 : 1_000
  }

  private static func demolish<S: Site>(_ site: S.Type) throws {
    for _ in 0..<demolitions { try Demolition<S>().run(rounds: 1_000) }
  }

  @Test func aRawMutexIsNotTouchedOnceEveryUnlockHasReturned() async {
    await #expect(processExitsWith: .success) { try Self.demolish(RawMutexSite.self) }
  }

  @Test func aMutexIsNotTouchedOnceEveryUnlockHasReturned() async {
    await #expect(processExitsWith: .success) { try Self.demolish(MutexSite.self) }
  }

  /// Decisive under AddressSanitizer alone: others may not notice the use of an object that is freed.
  @Test func aLockedValueIsNotTouchedOnceEveryUnlockHasReturned() async {
    await #expect(processExitsWith: .success) { try Self.demolish(LockedSite.self) }
  }

  /// While the releases of earlier owners may still return.
  @Test func aLockIsNotTouchedOnceTheReleaseOfItsLastOwnerHasReturned() async {
    await #expect(processExitsWith: .success) { try Self.demolish(LockSite.self) }
  }
}

/// A lock in memory that may vanish.
protocol Site {
  /// Whether the last owner may take the storage away while unlocks of earlier owners return.
  static var mayVanishDuringUnlocks: Bool { get }
  static func build(at place: UnsafeMutableRawPointer)
  static func tearDown(at place: UnsafeMutableRawPointer)
  static func lockIfAvailable(_ place: UnsafeMutableRawPointer, _ body: () -> Void) -> Bool
  static func lock(_ place: UnsafeMutableRawPointer, _ body: () -> Void)
}

private enum RawMutexSite: Site {
  static let mayVanishDuringUnlocks = false

  private static func mutex(_ place: UnsafeMutableRawPointer) -> UnsafeMutablePointer<RawMutex> {
    unsafe place.assumingMemoryBound(to: RawMutex.self)
  }

  static func build(at place: UnsafeMutableRawPointer) { unsafe mutex(place).initialize(to: RawMutex()) }

  static func tearDown(at place: UnsafeMutableRawPointer) { unsafe mutex(place).deinitialize(count: 1) }

  static func lockIfAvailable(_ place: UnsafeMutableRawPointer, _ body: () -> Void) -> Bool {
    guard unsafe mutex(place).pointee.lockIfAvailable() else { return false }
    body()
    unsafe mutex(place).pointee.unlock()
    return true
  }

  static func lock(_ place: UnsafeMutableRawPointer, _ body: () -> Void) {
    unsafe mutex(place).pointee.withLock(body)
  }
}

private enum MutexSite: Site {
  static let mayVanishDuringUnlocks = false

  private static func mutex(_ place: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Mutex<Int>> {
    unsafe place.assumingMemoryBound(to: Mutex<Int>.self)
  }

  static func build(at place: UnsafeMutableRawPointer) { unsafe mutex(place).initialize(to: Mutex(0)) }

  static func tearDown(at place: UnsafeMutableRawPointer) { unsafe mutex(place).deinitialize(count: 1) }

  static func lockIfAvailable(_ place: UnsafeMutableRawPointer, _ body: () -> Void) -> Bool {
    unsafe mutex(place).pointee.withLockIfAvailable { _ in body() } != nil
  }

  static func lock(_ place: UnsafeMutableRawPointer, _ body: () -> Void) {
    unsafe mutex(place).pointee.withLock { _ in body() }
  }
}

/// The place holds a reference, which is dropped with the storage.
private enum LockedSite: Site {
  static let mayVanishDuringUnlocks = false

  private static func reference(_ place: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Locked<Int>> {
    unsafe place.assumingMemoryBound(to: Locked<Int>.self)
  }

  static func build(at place: UnsafeMutableRawPointer) { unsafe reference(place).initialize(to: Locked(0)) }

  static func tearDown(at place: UnsafeMutableRawPointer) { unsafe reference(place).deinitialize(count: 1) }

  static func lockIfAvailable(_ place: UnsafeMutableRawPointer, _ body: () -> Void) -> Bool {
    unsafe reference(place).pointee.withLockIfAvailable { _ in body() } != nil
  }

  static func lock(_ place: UnsafeMutableRawPointer, _ body: () -> Void) {
    unsafe reference(place).pointee.withLock { _ in body() }
  }
}

/// What a ``Lock`` is made of: an object cannot be put into memory that vanishes.
private enum LockSite: Site {
  static let mayVanishDuringUnlocks = true

  private static func word(_ place: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt32> {
    unsafe place.assumingMemoryBound(to: UInt32.self)
  }

  static func build(at place: UnsafeMutableRawPointer) { unsafe word(place).initialize(to: 0) }

  static func tearDown(at place: UnsafeMutableRawPointer) {}

  static func lockIfAvailable(_ place: UnsafeMutableRawPointer, _ body: () -> Void) -> Bool {
    guard unsafe FutexLock.tryLock(word(place)) else { return false }
    unsafe release(place, after: body)
    return true
  }

  static func lock(_ place: UnsafeMutableRawPointer, _ body: () -> Void) {
    unsafe FutexLock.lock(word(place))
    unsafe release(place, after: body)
  }

  private static func release(_ place: UnsafeMutableRawPointer, after body: () -> Void) {
    body()
    let wasLocked = unsafe FutexLock.release(word(place))
    precondition(wasLocked, "released by somebody else")
  }
}
