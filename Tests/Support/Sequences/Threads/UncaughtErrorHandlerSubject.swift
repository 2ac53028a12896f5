import FastLock
import TestSupport
import Threads

/// The handler of uncaught errors: one value of the process.
final class UncaughtErrorHandlerSubject: Subject {
  enum Operation: Sendable {
    /// Puts the handler of a shelf in force, and what was in force on that shelf.
    case exchange(Int)
    case startThreadThatThrows(Int)
    case startThreadThatExits
  }

  enum Situation: CaseIterable {
    case exchanged, exchangedNone, handled, exited
  }

  private typealias Handler = @Sendable (UncaughtError) -> Void

  /// What a handler was told, and which one.
  private struct Call: Equatable {
    let handler: Int
    let number: Int?
    let thread: ThreadID
    let name: String
    let startedAt: String
  }

  static let name = "uncaught-error-handler"
  static let sequences = 50
  let tally = Tally<Situation>()
  private let calls = Locked<[Call]>([])
  private let original: Handler?
  /// Handlers, and in the model their numbers; what was in force at first is none.
  private var shelves: [(handler: Handler?, number: Int?)] = [(nil, nil)]
  private var inForce: Int?

  init() {
    original = setUncaughtErrorHandler(nil)
    let calls = calls
    for number in 0..<3 {
      let handler: Handler = { uncaught in
        let call = Call(
          handler: number, number: (uncaught.error as? Thrown)?.number, thread: uncaught.thread,
          name: uncaught.threadName, startedAt: uncaught.startedAt)
        calls.withLock { $0.append(call) }
      }
      shelves.append((handler, number))
    }
  }

  static func draw(from choices: inout Choices) -> Operation {
    switch choices.below(4) {
    case 0: .startThreadThatThrows(choices.below(100))
    case 1: .startThreadThatExits
    default: .exchange(choices.below(4))
    }
  }

  func perform(_ operation: Operation) throws {
    var expected: [Call] = []
    switch operation {
    case .exchange(let index):
      let (handler, number) = shelves[index]
      tally.count(number == nil ? .exchangedNone : .exchanged)
      let former = setUncaughtErrorHandler(handler)
      try expect(former == nil, is: inForce == nil, "whether no handler was in force")
      shelves[index] = (former, inForce)
      inForce = number
    case .startThreadThatThrows(let number):
      // Without a handler it would be reported on standard error.
      guard let inForce else { return }
      tally.count(.handled)
      let thread = try startNewThread(name: "fails", fileID: "Here.swift", line: 7) {
        throw Thrown(number: number)
      }
      expected = [
        Call(handler: inForce, number: number, thread: thread, name: "fails", startedAt: "Here.swift:7")
      ]
    case .startThreadThatExits:
      tally.count(.exited)
      try startNewThread { try exitThread() }
    }
    try waitUntil("the thread to end") { threadCount() == 0 }
    try expect(calls.withLock { $0 }, is: expected, "the calls of handlers")
    calls.withLock { $0 = [] }
  }

  func finish() throws {
    let last = setUncaughtErrorHandler(original)
    try expect(last == nil, is: inForce == nil, "whether no handler was in force at the end")
  }

  func abandon() {
    setUncaughtErrorHandler(original)
  }
}
