/// A type of the library beside a model of what its operations mean to a single thread.
///
/// The model is the subject's own state. It tells which operations are not to be tried now, because they would wait
/// for ever or break a rule: those are passed over, in a sequence that was drawn as in one that was shrunk.
package protocol Subject: AnyObject {
  associatedtype Operation
  /// What an operation can meet with. A test demands that each is met.
  associatedtype Situation: CaseIterable, Hashable, Sendable

  static var name: String { get }

  /// How many sequences a test runs unless it is told otherwise: what a debug build does in about half a second.
  static var sequences: Int { get }

  init() throws

  var tally: Tally<Situation> { get }

  static func draw(from choices: inout Choices) -> Operation

  /// Operations that do a part of what `operation` does, to put in its place in a sequence that fails.
  static func simpler(than operation: Operation) -> [Operation]

  /// Performs `operation` on the library and on the model.
  ///
  /// - Throws: ``Disagreement`` where the two differ.
  func perform(_ operation: Operation) throws

  /// Checks what must hold at the end, after which the subject may be destroyed.
  func finish() throws

  /// Puts right what concerns the whole process, after a sequence that failed. The subject itself stays: its locks
  /// may be in any state.
  func abandon()
}

extension Subject {
  package static func simpler(than operation: Operation) -> [Operation] { [] }

  package func abandon() {}
}

/// Counts the operations of a sequence by what they met with.
package final class Tally<Situation: CaseIterable & Hashable> {
  package private(set) var counts: [Situation: Int] = [:]

  package init() {}

  /// Counts one operation.
  package func count(_ situation: Situation) {
    counts[situation, default: 0] += 1
  }
}

/// The library did not do what the model says.
package struct Disagreement: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) {
    self.description = description
  }
}

/// Throws ``Disagreement`` unless the library answered as the model does.
func expect<Answer: Equatable>(
  _ answer: Answer, is expected: Answer, _ what: String, file: StaticString = #fileID, line: UInt = #line
) throws {
  guard answer != expected else { return }
  throw Disagreement(description: "\(file):\(line): \(what) is \(answer), not \(expected)")
}

/// Throws ``Disagreement`` unless `condition` holds.
func expect(
  _ condition: Bool, _ claim: String, file: StaticString = #fileID, line: UInt = #line
) throws {
  guard !condition else { return }
  throw Disagreement(description: "\(file):\(line): not so: \(claim)")
}
