import Foundation
import NIOConcurrencyHelpers

/// SwiftNIO's lock, in the form its documentation recommends.
struct MeasuredNIOLock: MeasuredLock, ~Copyable {
  private let lock = NIOLock()

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    lock.withLock(body)
  }
}

/// Foundation's lock. Its `withLock` is not inlinable: the split calls are its faster form.
struct MeasuredNSLock: MeasuredLock, ~Copyable {
  private let lock = NSLock()

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    lock.lock()
    body()
    lock.unlock()
  }
}
