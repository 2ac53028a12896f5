import CStressSupport

/// What readers take out from under a lock while writers replace it. A reader whose reference was not counted
/// in time finds the trace of the destruction, if the process lives so long.
final class Payload: @unchecked Sendable {
  private let stamp: UInt64
  private var complement: UInt64

  init(stamp: UInt64) {
    self.stamp = stamp
    complement = ~stamp
  }

  deinit {
    die()
  }

  /// Leaves the trace.
  func die() {
    complement = stamp
    stress_opaque_call()
  }

  var isIntact: Bool { complement == ~stamp }

  static func array(stamp: UInt64, count: Int) -> [UInt64] {
    (0..<UInt64(count)).map { stamp &+ $0 }
  }

  static func isIntact(_ array: [UInt64]) -> Bool {
    guard let stamp = array.first else { return false }
    return array.indices.allSatisfy { array[$0] == stamp &+ UInt64($0) }
  }
}

extension Worker {
  /// What was returned out of a lock must be alive outside it.
  func check(_ reference: Payload) {
    if !reference.isIntact { violated("value out of the lock: the object returned was destroyed") }
  }

  func check(_ array: [UInt64]) {
    if !Payload.isIntact(array) { violated("value out of the lock: the array returned is damaged") }
  }
}
