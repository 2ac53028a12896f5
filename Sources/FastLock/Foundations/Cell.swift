internal import Builtin

/// A value stored in place that may be changed through a borrow. Who reads and writes it when is its owner's
/// affair.
@frozen
@usableFromInline
@_rawLayout(like: Value, movesAsLike)
package struct Cell<Value: ~Copyable>: ~Copyable {
  @inlinable @inline(__always)
  package init(_ value: consuming Value) {
    unsafe address.initialize(to: value)
  }

  @inlinable @inline(__always)
  package var address: UnsafeMutablePointer<Value> {
    unsafe UnsafeMutablePointer(Builtin.addressOfRawLayout(self))
  }

  @inlinable
  deinit {
    unsafe address.deinitialize(count: 1)
  }
}
