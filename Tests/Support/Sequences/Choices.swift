import TestSupport

/// What a sequence of operations is made from: a seeded generator, or the bytes that a fuzzer makes up.
package struct Choices {
  private enum Source {
    case generator(SplitMix64)
    case bytes(ArraySlice<UInt8>)
  }

  private var source: Source

  package init(seed: UInt64) {
    source = .generator(SplitMix64(seed: seed))
  }

  package init(bytes: ArraySlice<UInt8>) {
    source = .bytes(bytes)
  }

  /// Whether the bytes are used up; what is chosen from then on is zero. A generator never is.
  package var isExhausted: Bool {
    if case .bytes(let bytes) = source { bytes.isEmpty } else { false }
  }

  package mutating func byte() -> UInt8 {
    switch source {
    case .generator(var generator):
      let word = generator.next()
      source = .generator(generator)
      return UInt8(word >> 56)
    case .bytes(var bytes):
      let byte = bytes.popFirst() ?? 0
      source = .bytes(bytes)
      return byte
    }
  }

  package mutating func word() -> UInt64 {
    (0..<8).reduce(0) { word, _ in word << 8 | UInt64(byte()) }
  }

  /// A number from 0 up to `bound`, at most 256.
  package mutating func below(_ bound: Int) -> Int {
    Int(byte()) % bound
  }

  /// True in one of `chances` cases.
  package mutating func oneIn(_ chances: Int) -> Bool {
    below(chances) == 0
  }

  package mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// At most `most` elements, fewer where the bytes run out.
  package mutating func list<Element>(
    atMost most: Int, _ element: (inout Choices) -> Element
  ) -> [Element] {
    var elements: [Element] = []
    for _ in 0..<below(most + 1) where !isExhausted { elements.append(element(&self)) }
    return elements
  }
}
