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

  @inlinable @inline(__always)
  package var address: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutablePointer(Builtin.addressOfRawLayout(self))
  }
}
