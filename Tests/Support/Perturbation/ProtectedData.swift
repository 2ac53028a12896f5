/// Plain memory that one thread at a time may use. ThreadSanitizer tells of two uses without an order between them.
@safe final class ProtectedData: @unchecked Sendable {
  private static let nobody = -1

  private let owner: UnsafeMutablePointer<Int>
  private let counts: UnsafeMutableBufferPointer<Int>

  init() {
    unsafe owner = .allocate(capacity: 1)
    unsafe owner.initialize(to: Self.nobody)
    unsafe counts = .allocate(capacity: 4)
    unsafe counts.initialize(repeating: 0)
  }

  deinit {
    unsafe owner.deallocate()
    unsafe counts.deallocate()
  }

  /// Adds one to every count, in steps between which others get their chance.
  func use(by thread: PerturbedThread) throws {
    try require(unsafe owner.pointee == Self.nobody, "two threads hold the lock")
    unsafe owner.pointee = thread.number
    let count = unsafe counts[0]
    for index in unsafe counts.indices {
      try require(unsafe counts[index] == count, "what the lock protects is half changed")
      thread.disturb()
      unsafe counts[index] = count + 1
    }
    try require(unsafe owner.pointee == thread.number, "two threads hold the lock")
    unsafe owner.pointee = Self.nobody
  }

  /// How often it was used.
  var useCount: Int { unsafe counts[0] }
}
