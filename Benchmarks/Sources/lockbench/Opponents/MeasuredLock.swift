/// What every lock is measured through: the scoped form, with the body inlined.
///
/// Conforming types are stored at the start of a 128-byte block. Their `withLock` is `@inline(__always)`, so that a
/// measured loop specialised for one of them holds the lock's own code and no call through a witness table.
protocol MeasuredLock: ~Copyable, Sendable {
  init()
  borrowing func withLock(_ body: () -> Void)
}
