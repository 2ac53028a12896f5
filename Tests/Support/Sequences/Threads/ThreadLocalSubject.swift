import TestSupport
import Threads

/// Thread-local values, each thread's beside those of the threads before it.
final class ThreadLocalSubject: Subject {
  /// What a new thread does.
  typealias Operation = [Step]

  indirect enum Step: Sendable {
    /// Adds to the value, takes further steps and then returns or throws.
    case use(Int, adding: Int, Ending, [Step])
    /// Drops the object, whose value goes with it, and makes another.
    case replace(Int)
  }

  enum Situation: CaseIterable {
    case made, found, threw, nested, replaced
  }

  static let name = "thread-local"
  static let sequences = 100
  let tally = Tally<Situation>()
  private let variables = Variables()

  init() {}

  static func draw(from choices: inout Choices) -> Operation {
    choices.list(atMost: 12) { drawStep(from: &$0, depth: 0) }
  }

  private static func drawStep(from choices: inout Choices, depth: Int) -> Step {
    let index = choices.below(3)
    if choices.oneIn(8) { return .replace(index) }
    let steps =
      depth < deepestNesting ? choices.list(atMost: 3) { drawStep(from: &$0, depth: depth + 1) } : []
    return .use(index, adding: choices.below(100), .draw(from: &choices), steps)
  }

  static func simpler(than operation: Operation) -> [Operation] {
    simplerLists(operation)
      + operation.indices.flatMap { index in
        guard case .use(_, _, _, let steps) = operation[index] else { return [Operation]() }
        return [Array(operation[..<index] + steps + operation[(index + 1)...])]
      }
  }

  func perform(_ operation: Operation) throws {
    let variables = variables
    let thread = JoinableThread {
      let visit = Visit(to: variables)
      for step in operation { try visit.take(step) }
      return (visit.situations, variables.census.living, visit.living)
    }
    try thread.start()
    let (situations, living, expected) = try thread.join()
    try expect(living, is: expected, "the count of values before the thread's end")
    try expect(variables.census.living, is: 0, "the count of values after the thread's end")
    situations.forEach(tally.count)
  }

  func finish() throws {}

  /// Used by one thread after the other.
  private final class Variables: @unchecked Sendable {
    let census = Census()
    lazy var locals = (0..<3).map { _ in makeLocal() }

    func makeLocal() -> ThreadLocal<Token> {
      let census = census
      return ThreadLocal { Token(0, in: census) }
    }
  }

  /// The model of one thread's values.
  private final class Visit {
    private let variables: Variables
    /// The values of the objects that this thread has used and that exist.
    private var numbers: [Int: Int] = [:]
    private var used: Set<Int> = []
    private(set) var situations: [Situation] = []

    var living: Int { numbers.count }

    init(to variables: Variables) {
      self.variables = variables
    }

    func take(_ step: Step) throws {
      switch step {
      case .replace(let index):
        guard !used.contains(index) else { return }
        situations.append(.replaced)
        variables.locals[index] = variables.makeLocal()
        numbers[index] = nil
      case .use(let index, let addend, let ending, let steps):
        guard !used.contains(index) else { return }
        try use(index, adding: addend, ending, steps)
      }
    }

    private func use(_ index: Int, adding addend: Int, _ ending: Ending, _ steps: [Step]) throws {
      let former = numbers[index]
      situations.append(
        ending == .throwing ? .threw : !steps.isEmpty ? .nested : former == nil ? .made : .found)
      let sum = (former ?? 0) + addend
      try ending.check {
        try variables.locals[index].withValue { token in
          try expect(token.number, is: former ?? 0, "the value")
          used.insert(index)
          defer { used.remove(index) }
          token = Token(sum, in: variables.census)
          numbers[index] = sum
          for step in steps { try take(step) }
          try expect(token.number, is: sum, "the value after the steps in the body")
          return try ending.end()
        }
      }
    }
  }
}
