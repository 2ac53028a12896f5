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

/// Foundation's lock, held as a class holds it in a `let`: held directly it would be retained and released around each
/// pair, which would double its cost.
struct MeasuredNSLock: MeasuredLock, ~Copyable, @unchecked Sendable {
  private let lock = Unmanaged.passRetained(NSLock())

  deinit { lock.release() }

  @inline(__always)
  borrowing func withLock(_ body: () -> Void) {
    lock._withUnsafeGuaranteedRef { $0.withLock(body) }
  }
}

// MARK: In separate calls

extension MeasuredNIOLock: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    lock.lock()
  }

  @inline(__always)
  borrowing func release() {
    lock.unlock()
  }
}

extension MeasuredNSLock: BasicLockable {
  @inline(__always)
  borrowing func acquire() {
    lock._withUnsafeGuaranteedRef { $0.lock() }
  }

  @inline(__always)
  borrowing func release() {
    lock._withUnsafeGuaranteedRef { $0.unlock() }
  }
}
