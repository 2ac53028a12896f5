import Sequences
import Testing

/// What becomes of a sequence on which the library and its model differ.
@Suite struct ShrinkingTests {
  /// A counter that forgets its third increment, nested or not.
  private final class FaultyCounter: Subject {
    indirect enum Operation {
      case increment
      case read
      case both(Operation, Operation)
    }

    enum Situation: CaseIterable { case incremented, read, never }

    static let name = "faulty-counter"
    static let sequences = 10
    let tally = Tally<Situation>()
    private var count = 0
    private var expected = 0

    static func draw(from choices: inout Choices) -> Operation {
      switch choices.below(3) {
      case 0: .increment
      case 1: .read
      default: choices.isExhausted ? .read : .both(draw(from: &choices), draw(from: &choices))
      }
    }

    static func simpler(than operation: Operation) -> [Operation] {
      if case .both(let first, let second) = operation { [first, second] } else { [] }
    }

    func perform(_ operation: Operation) throws {
      switch operation {
      case .increment:
        tally.count(.incremented)
        expected += 1
        if expected != 3 { count += 1 }
      case .read:
        tally.count(.read)
      case .both(let first, let second):
        try perform(first)
        try perform(second)
      }
      guard count == expected else { throw Disagreement(description: "\(count), not \(expected)") }
    }

    func finish() {}
  }

  @Test func aFailureIsShrunkToWhatItTakes() throws {
    var seeds: [UInt64] = []
    let failure = #expect(throws: SequenceFailure.self) {
      try FaultyCounter.run(count: 100, seed: 1) { seed, _ in seeds.append(seed) }
    }
    #expect(failure?.operations == ["increment", "increment", "increment"])
    #expect(failure?.disagreement == "2, not 3")

    var operations: [String] = []
    let again = #expect(throws: SequenceFailure.self) {
      try FaultyCounter.run(count: 1, seed: seeds.last ?? 0) { _, describe in operations = describe() }
    }
    #expect(again?.description == failure?.description, "a seed repeats its sequence")
    #expect(operations.count == failure?.drawn)
  }

  @Test func bytesAreASequenceToo() throws {
    try FaultyCounter.run(bytes: [0, 1, 0])
    #expect(throws: SequenceFailure.self) { try FaultyCounter.run(bytes: [0, 2, 0, 0]) }
  }
}
