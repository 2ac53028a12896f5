import FastLock

/// A simulated lock word: a place in the current world's memory.
package struct SimulatedWord: Sendable {
  package let index: Int

  package init(_ index: Int) {
    self.index = index
  }
}

/// The bytes of a word that one operation concerns.
struct Access {
  let word: Int
  let firstByte: Int
  let byteCount: Int

  /// All four bytes.
  init(_ word: SimulatedWord) {
    self.word = word.index
    firstByte = 0
    byteCount = 4
  }

  /// One byte, counted from the least significant.
  init(_ word: SimulatedWord, byte: Int) {
    self.word = word.index
    firstByte = byte
    byteCount = 1
  }

  var bytes: Range<Int> { firstByte..<firstByte + byteCount }

  private var mask: UInt32 { byteCount == 4 ? .max : 0xff << shift }

  private var shift: UInt32 { UInt32(firstByte * 8) }

  func extract(from word: UInt32) -> UInt32 { (word & mask) >> shift }

  func replace(in word: UInt32, by value: UInt32) -> UInt32 { word & ~mask | (value << shift) & mask }
}
