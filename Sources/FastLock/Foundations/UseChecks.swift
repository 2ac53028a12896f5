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
  package static func willUnlock(_ word: UnsafePointer<UInt32>, _ type: StaticString) {
    #if DEBUG || Diagnostics
      unsafe forgetHeld(word, type)
    #endif
  }

  @inlinable @inline(__always)
  package static func assertOwned(_ word: UnsafeRawPointer, _ type: StaticString) {
    #if DEBUG || Diagnostics
      unsafe checkHeld(word, type)
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
    static func forgetHeld(_ word: UnsafePointer<UInt32>, _ type: StaticString) {
      guard unsafe !HeldList.current.remove(word) else { return }
      if unsafe Hardware.load(UnsafeMutablePointer(mutating: word), .relaxed, at: "check") == 0 {
        trapMisuse(type, "unlocked although it is not locked")
      }
      trapMisuse(type, "unlocked by a thread that did not lock it")
    }

    @usableFromInline @inline(never)
    package static func willDestroy(_ word: UnsafePointer<UInt32>, _ type: StaticString) {
      guard unsafe Hardware.load(UnsafeMutablePointer(mutating: word), .relaxed, at: "check") != 0 else {
        return
      }
      trapMisuse(type, "destroyed while it is held or waited on")
    }
  #endif
}

#if DEBUG || Diagnostics
  /// The mutexes that one thread holds, latest last.
  private final class HeldList {
    private var words: [UInt] = []

    private static let key: pthread_key_t = {
      var key = pthread_key_t()
      let failure = unsafe pthread_key_create(&key) { list in
        // The list of a thread that ends; a destructor that runs later and locks makes a new one.
        guard let list = unsafe list else { return }
        unsafe Unmanaged<HeldList>.fromOpaque(list).release()
      }
      guard failure == 0 else { trapSystemCall("pthread_key_create", errno: failure) }
      return key
    }()

    static var current: HeldList {
      if let list = unsafe pthread_getspecific(key) {
        return unsafe Unmanaged<HeldList>.fromOpaque(list).takeUnretainedValue()
      }
      let list = HeldList()
      let failure = unsafe pthread_setspecific(key, Unmanaged.passRetained(list).toOpaque())
      guard failure == 0 else { trapSystemCall("pthread_setspecific", errno: failure) }
      return list
    }

    func contains(_ word: UnsafeRawPointer) -> Bool {
      words.contains(UInt(bitPattern: word))
    }

    func add(_ word: UnsafeRawPointer) {
      words.append(UInt(bitPattern: word))
    }

    func remove(_ word: UnsafeRawPointer) -> Bool {
      guard let index = words.lastIndex(of: UInt(bitPattern: word)) else { return false }
      words.remove(at: index)
      return true
    }
  }
#endif
