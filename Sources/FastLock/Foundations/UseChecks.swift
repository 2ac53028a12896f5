#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The checks that debug builds, and all builds with the `Diagnostics` trait, make of how mutexes are used.
///
/// Each thread keeps a list of the mutexes that it holds; nothing is stored in a mutex. Without the checks
/// every function here is empty and inlined away.
@usableFromInline
package enum UseChecks {
  /// Before `type`'s blocking lock: traps where the caller would wait for itself.
  @inlinable @inline(__always)
  package static func willLock(_ word: UnsafeRawPointer, _ type: StaticString) {
    #if DEBUG || Diagnostics
      unsafe checkNotHeld(word, type)
    #endif
  }

  @inlinable @inline(__always)
  package static func didLock(_ word: UnsafeRawPointer) {
    #if DEBUG || Diagnostics
      unsafe noteHeld(word)
    #endif
  }

  /// Before an unlock: traps where the caller does not hold the mutex.
  @inlinable @inline(__always)
  package static func willUnlock(
    _ word: UnsafeRawPointer, isLocked: @autoclosure () -> Bool, _ type: StaticString
  ) {
    #if DEBUG || Diagnostics
      unsafe forgetHeld(word, isLocked: isLocked(), type)
    #endif
  }

  @inlinable @inline(__always)
  package static func assertOwned(_ word: UnsafeRawPointer, _ type: StaticString) {
    #if DEBUG || Diagnostics
      unsafe checkHeld(word, type)
    #endif
  }

  /// Makes what all threads share, before there is a second one.
  static func prepare() {
    #if DEBUG || Diagnostics
      _ = HeldList.key
    #endif
  }

  #if DEBUG || Diagnostics
    @usableFromInline @inline(never)
    static func checkNotHeld(_ word: UnsafeRawPointer, _ type: StaticString) {
      guard unsafe HeldList.current.contains(word) else { return }
      trapMisuse(type, "locked again by the thread that holds it; it is not recursive")
    }

    @usableFromInline @inline(never)
    static func checkHeld(_ word: UnsafeRawPointer, _ type: StaticString) {
      guard unsafe !HeldList.current.contains(word) else { return }
      trapMisuse(type, "not held by the calling thread, as assertOwned() demands")
    }

    @usableFromInline @inline(never)
    static func noteHeld(_ word: UnsafeRawPointer) {
      unsafe HeldList.current.add(word)
    }

    @usableFromInline @inline(never)
    static func forgetHeld(_ word: UnsafeRawPointer, isLocked: Bool, _ type: StaticString) {
      guard unsafe !HeldList.current.remove(word) else { return }
      trapMisuse(
        type, isLocked ? "unlocked by a thread that did not lock it" : "unlocked although it is not locked")
    }

    @usableFromInline @inline(never)
    package static func willDestroy(isInUse: Bool, _ type: StaticString) {
      if isInUse { trapMisuse(type, "destroyed while it is held or waited on") }
    }
  #endif
}

#if DEBUG || Diagnostics
  /// The mutexes that one thread holds, latest last.
  ///
  /// Plain memory, since this is for builds without optimisation, where a class with an array takes five times
  /// as long: the number of words held, the number there is room for, and the words.
  @safe
  private struct HeldList {
    private let memory: UnsafeMutablePointer<UInt>

    private static let header = 2
    private static let initialRoom = 14

    fileprivate static let key: pthread_key_t = {
      var key = pthread_key_t()
      // The list of a thread that ends; a destructor that runs later and locks makes a new one.
      let failure = unsafe pthread_key_create(&key) { list in unsafe free(list) }
      guard failure == 0 else { trapSystemCall("pthread_key_create", errno: failure) }
      return key
    }()

    static var current: HeldList {
      if let list = unsafe pthread_getspecific(key) {
        return unsafe HeldList(memory: list.assumingMemoryBound(to: UInt.self))
      }
      return unsafe HeldList(memory: resize(nil, toHold: initialRoom))
    }

    /// Makes the calling thread's list, or makes it larger.
    private static func resize(
      _ old: UnsafeMutablePointer<UInt>?, toHold room: Int
    ) -> UnsafeMutablePointer<UInt> {
      let size = (header + room) * MemoryLayout<UInt>.stride
      guard let new = unsafe realloc(old, size) else { trapSystemCall("realloc", errno: errno) }
      let failure = unsafe pthread_setspecific(key, new)
      guard failure == 0 else { trapSystemCall("pthread_setspecific", errno: failure) }
      let memory = unsafe new.assumingMemoryBound(to: UInt.self)
      if unsafe old == nil { unsafe memory[0] = 0 }
      unsafe memory[1] = UInt(room)
      return unsafe memory
    }

    private func index(of word: UnsafeRawPointer) -> Int? {
      let sought = UInt(bitPattern: word)
      var index = unsafe Int(memory[0]) - 1
      while index >= 0 {
        if unsafe memory[Self.header + index] == sought { return index }
        index -= 1
      }
      return nil
    }

    func contains(_ word: UnsafeRawPointer) -> Bool {
      unsafe index(of: word) != nil
    }

    func add(_ word: UnsafeRawPointer) {
      var memory = unsafe memory
      let count = unsafe memory[0]
      if unsafe count == memory[1] { unsafe memory = Self.resize(memory, toHold: 2 * Int(count)) }
      unsafe memory[Self.header + Int(count)] = UInt(bitPattern: word)
      unsafe memory[0] = count + 1
    }

    func remove(_ word: UnsafeRawPointer) -> Bool {
      guard var index = unsafe index(of: word) else { return false }
      let last = unsafe Int(memory[0]) - 1
      while index < last {
        unsafe memory[Self.header + index] = memory[Self.header + index + 1]
        index += 1
      }
      unsafe memory[0] = UInt(last)
      return true
    }
  }
#endif
