/// The checks that debug builds, and all builds with the `Diagnostics` trait, make of how mutexes are used.
///
/// Each thread keeps a set of the mutexes that it holds; nothing is stored in a mutex. Without the checks
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
      _ = HeldMutexes.key
    #endif
  }

  #if DEBUG || Diagnostics
    @usableFromInline @inline(never)
    static func checkNotHeld(_ word: UnsafeRawPointer, _ type: StaticString) {
      guard unsafe HeldMutexes.current.contains(word) else { return }
      trapMisuse(type, "locked again by the thread that holds it; it is not recursive")
    }

    @usableFromInline @inline(never)
    static func checkHeld(_ word: UnsafeRawPointer, _ type: StaticString) {
      guard unsafe !HeldMutexes.current.contains(word) else { return }
      trapMisuse(type, "not held by the calling thread, as assertOwned() demands")
    }

    @usableFromInline @inline(never)
    static func noteHeld(_ word: UnsafeRawPointer) {
      unsafe HeldMutexes.current.add(word)
    }

    @usableFromInline @inline(never)
    static func forgetHeld(_ word: UnsafeRawPointer, isLocked: Bool, _ type: StaticString) {
      guard unsafe !HeldMutexes.current.remove(word) else { return }
      trapMisuse(
        type, isLocked ? "unlocked by a thread that did not lock it" : "unlocked although it is not locked")
    }

    @usableFromInline @inline(never)
    package static func willDestroy(isInUse: Bool, _ type: StaticString) {
      if isInUse { trapMisuse(type, "destroyed while it is held or waited on") }
    }
  #endif
}
