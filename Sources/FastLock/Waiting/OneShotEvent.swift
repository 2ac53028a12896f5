/// An event that happens once.
///
/// | value      | meaning                          | set by            |
/// |------------|----------------------------------|-------------------|
/// | `pending`  | not yet; nobody sleeps           | initially         |
/// | `awaited`  | not yet; sleepers may exist      | a waiter, before it sleeps |
/// | `happened` | for good                         | ``set(_:)``, once |
///
/// No wake-up is lost: a waiter sleeps only while the kernel sees `awaited`, and the exchange that ends
/// `awaited` is followed by a wake-up of everybody. The memory must outlive ``set(_:)``.
package enum OneShotEvent<M: Machine> {
  private static var pending: UInt32 { 0 }
  private static var awaited: UInt32 { 1 }
  private static var happened: UInt32 { 2 }

  /// Whether it has happened; then all that went before ``set(_:)`` is visible.
  package static func isSet(_ word: M.Word) -> Bool {
    M.load(word, .acquiring, at: "is set") == happened
  }

  /// Makes it happen.
  package static func set(_ word: M.Word) {
    if M.exchange(word, with: happened, at: "set") == awaited {
      M.wake(word, count: .max, among: .ordinary, at: "wake")
    }
  }

  /// Waits for it; false once `deadline` has passed.
  package static func wait(_ word: M.Word, until deadline: Deadline) -> Bool {
    while !isSet(word) {
      // Whether it succeeds or not: the word says `awaited` or `happened` then.
      _ = M.compareExchange(word, expected: pending, desired: awaited, .acquiring, at: "await")
      let outcome = M.wait(word, while: awaited, among: .ordinary, until: deadline, at: "sleep")
      if outcome == .timedOut { return isSet(word) }
    }
    return true
  }
}
