internal import Builtin

/// The state of a lock: 32 bits, stored in place, initially zero, changed only through its address.
@frozen
@usableFromInline
@_rawLayout(like: UInt32)
package struct LockWord: ~Copyable, @unchecked Sendable {
  @inlinable @inline(__always)
  package init() {
    unsafe address.initialize(to: 0)
  }

  // Does nothing, but makes every type with a lock's word one that has to be destroyed. Without it the runtime
  // of Swift 6.3 takes a generic type such as Mutex for plain bytes, and code that is not specialised leaks the
  // value beside the word.
  @inlinable
  deinit {}

  @inlinable @inline(__always)
  package var address: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutablePointer(Builtin.addressOfRawLayout(self))
  }
}
