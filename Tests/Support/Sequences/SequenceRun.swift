/// What became of many sequences.
package struct Figures: Sendable {
  package var sequences = 0
  package var operations = 0
  /// What the subject can meet with and never did.
  package var neverMet: [String] = []
}

/// A sequence on which the library and the model differ, shrunk.
package struct SequenceFailure: Error, CustomStringConvertible {
  package let subject: String
  package let operations: [String]
  package let disagreement: String
  /// How many operations there were at first.
  package let drawn: Int

  package var description: String {
    let steps = operations.map { "  \($0)\n" }.joined()
    return "\(subject): \(disagreement)\nThese of \(drawn) operations lead there:\n\(steps)"
  }
}

extension Subject {
  /// How long a drawn sequence is at most.
  private static var longest: Int { 64 }

  /// Runs `count` sequences; number n is drawn from `seed` + n. Before it runs, `willRun` is told that number and may
  /// ask for its operations.
  package static func run(
    count: Int, seed: UInt64, willRun: (UInt64, () -> [String]) -> Void
  ) throws(SequenceFailure) -> Figures {
    var figures = Figures()
    var met: Set<Situation> = []
    for number in 0..<count {
      let seed = seed &+ UInt64(number)
      var choices = Choices(seed: seed)
      let operations = (0...choices.below(longest)).map { _ in draw(from: &choices) }
      willRun(seed) { operations.map(describe) }
      let tally = try run(operations)
      figures.sequences += 1
      figures.operations += tally.counts.values.reduce(0, +)
      met.formUnion(tally.counts.keys)
    }
    figures.neverMet = Situation.allCases.filter { !met.contains($0) }.map { "\($0)" }
    return figures
  }

  /// Runs the one sequence that `bytes` encode.
  package static func run(bytes: ArraySlice<UInt8>) throws(SequenceFailure) {
    var choices = Choices(bytes: bytes)
    var operations: [Operation] = []
    while !choices.isExhausted { operations.append(draw(from: &choices)) }
    _ = try run(operations)
  }

  private static func run(_ operations: [Operation]) throws(SequenceFailure) -> Tally<Situation> {
    switch attempt(operations) {
    case .agreed(let tally):
      return tally
    case .differed(let disagreement):
      let (shrunk, last) = shrink(operations, after: disagreement)
      throw SequenceFailure(
        subject: name, operations: shrunk.map(describe), disagreement: last, drawn: operations.count)
    }
  }

  private static func attempt(_ operations: [Operation]) -> Attempt<Situation> {
    do {
      let subject = try Self()
      do {
        for operation in operations { try subject.perform(operation) }
        try subject.finish()
        return .agreed(subject.tally)
      } catch {
        subject.abandon()
        // Never destroyed: debug builds trap where a held lock is.
        _ = unsafe Unmanaged.passRetained(subject)
        throw error
      }
    } catch {
      return .differed("\(error)")
    }
  }

  /// Removes operations, many at a time and then fewer, and puts simpler ones in their place, for as long as what is
  /// left fails too.
  private static func shrink(
    _ operations: [Operation], after disagreement: String
  ) -> (operations: [Operation], disagreement: String) {
    var best = (operations: operations, disagreement: disagreement)
    /// Keeps `candidate` if it fails.
    func keep(_ candidate: [Operation]) -> Bool {
      guard case .differed(let disagreement) = attempt(candidate) else { return false }
      best = (candidate, disagreement)
      return true
    }
    var size = max(1, operations.count / 2)
    while true {
      var hasChanged = false
      var start = 0
      while start < best.operations.count {
        var candidate = best.operations
        candidate.removeSubrange(start..<min(start + size, candidate.count))
        if keep(candidate) { hasChanged = true } else { start += size }
      }
      for index in best.operations.indices where size == 1 {
        for replacement in simpler(than: best.operations[index]) {
          var candidate = best.operations
          candidate[index] = replacement
          guard keep(candidate) else { continue }
          hasChanged = true
          break
        }
      }
      guard hasChanged || size > 1 else { return best }
      size = max(1, size / 2)
    }
  }
}

/// The operation without the types that its cases belong to.
private func describe(_ operation: some Any) -> String {
  "\(operation)".replacing(/\b([A-Z]\w*(<[^>]*>)?\.)+/, with: ".")
}

private enum Attempt<Situation: CaseIterable & Hashable> {
  case agreed(Tally<Situation>)
  case differed(String)
}
