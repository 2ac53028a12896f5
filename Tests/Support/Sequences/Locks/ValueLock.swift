import FastLock

/// What ``Mutex`` and ``Locked`` have in common.
protocol ValueLock: AnyObject, Sendable {
  static var name: String { get }

  init(_ token: Token)

  func withLock(_ limit: Limit, _ body: (inout Token) throws -> Int) throws -> Int?

  /// The value of a lock that is made and ended at once.
  static func passThrough(_ token: Token) -> Token
}

final class MutexUnderTest: ValueLock {
  private let mutex: Mutex<Token>

  static let name = "mutex"

  init(_ token: Token) {
    mutex = Mutex(token)
  }

  func withLock(_ limit: Limit, _ body: (inout Token) throws -> Int) throws -> Int? {
    switch limit {
    case .forever: try mutex.withLock { try body(&$0) }
    case .none: try mutex.withLockIfAvailable { try body(&$0) }
    case .within(let duration): try mutex.withLockIfAvailable(within: duration) { try body(&$0) }
    case .until(let instant): try mutex.withLockIfAvailable(until: instant) { try body(&$0) }
    }
  }

  static func passThrough(_ token: Token) -> Token { Mutex(token).takeValue() }
}

final class LockedUnderTest: ValueLock {
  private let locked: Locked<Token>

  static let name = "locked"

  init(_ token: Token) {
    locked = Locked(token)
  }

  func withLock(_ limit: Limit, _ body: (inout Token) throws -> Int) throws -> Int? {
    switch limit {
    case .forever: try locked.withLock { try body(&$0) }
    case .none: try locked.withLockIfAvailable { try body(&$0) }
    case .within(let duration): try locked.withLockIfAvailable(within: duration) { try body(&$0) }
    case .until(let instant): try locked.withLockIfAvailable(until: instant) { try body(&$0) }
    }
  }

  static func passThrough(_ token: Token) -> Token { Locked(token).withLock { $0 } }
}
