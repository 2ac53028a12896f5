/// How a body that a lock runs ends.
package enum Ending: Sendable {
  case returning
  case throwing

  static func draw(from choices: inout Choices) -> Ending {
    choices.oneIn(4) ? .throwing : .returning
  }

  /// Ends a body so.
  func end() throws -> Int {
    if self == .throwing { throw Thrown(number: Self.number) }
    return Self.number
  }

  /// Demands that `scope`, which runs a body that ends by ``end()``, ends likewise.
  func check(_ scope: () throws -> Int) throws {
    do {
      try expect(scope(), is: Self.number, "what the body returned")
      try expect(self == .returning, "what a body throws is thrown")
    } catch let thrown as Thrown {
      try expect(thrown, is: Thrown(number: Self.number), "what the body threw")
    }
  }

  private static let number = 42
}

/// What bodies throw.
struct Thrown: Error, Equatable {
  let number: Int
}

/// How deep operations nest in the bodies of others.
let deepestNesting = 3

/// The lists that lack one of the elements.
func simplerLists<Element>(_ elements: [Element]) -> [[Element]] {
  elements.indices.map { index in
    var shorter = elements
    shorter.remove(at: index)
    return shorter
  }
}
