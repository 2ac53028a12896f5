import FastLock
import TestSupport
import Threads

/// A ``JoinableThread`` in all of its states: idle, running and ended, detached or not, with and without its handle.
final class JoinableThreadSubject: Subject {
  enum Operation: Sendable {
    case start
    case join
    case joinWithin(Duration)
    case joinWhileItEnds
    case detach
    /// Lets the running thread end, and waits until it has.
    case end
    /// Drops the handle and makes another.
    case replace(ThreadUnderTest.Body, Stack)
  }

  enum Stack: CaseIterable, Sendable {
    case standard, ample, invalid, unavailable

    var size: Int? {
      switch self {
      case .standard: nil
      case .ample: 1 << 20
      case .invalid: 1
      case .unavailable: 1 << 50
      }
    }

    /// Why no thread can be started with it.
    var refusal: Outcome? {
      switch self {
      case .standard, .ample: nil
      case .invalid: .refusal(.invalidStackSize)
      case .unavailable: .refusal(.cannotStart(errno: 0))
      }
    }
  }

  enum Situation: CaseIterable {
    case started, notStartable, alreadyStarted, ended, detached, reported
    case joined, joinedAgain, joinedWhileItEnded, notStarted, notYetEnded, tooLateToJoin
    case dropped, droppedWhileRunning, droppedAfterItsEnd
  }

  typealias Outcome = ThreadUnderTest.Outcome

  private enum Phase { case idle, running, ended }

  static let name = "joinable-thread"
  static let sequences = 150
  let tally = Tally<Situation>()
  private let census = Census()
  private let reports = Locked<[Outcome]>([])
  private let originalHandler: (@Sendable (UncaughtError) -> Void)?

  private var subject: ThreadUnderTest?
  private var body = ThreadUnderTest.Body.returning(0)
  private var stack = Stack.standard
  private var phase = Phase.idle
  private var isDetached = false
  /// Whether somebody got the outcome, or it was reported.
  private var isDelivered = false
  /// What the operation that goes on must have reported.
  private var expectedReports: [Outcome] = []

  init() {
    let reports = reports
    originalHandler = setUncaughtErrorHandler { uncaught in
      reports.withLock { $0.append(Outcome(uncaught.error)) }
    }
    make(.returning(1), .standard)
  }

  static func draw(from choices: inout Choices) -> Operation {
    switch choices.below(16) {
    case 0...3: .start
    case 4, 5: .join
    case 6, 7: .joinWithin(choices.duration())
    case 8: .joinWhileItEnds
    case 9: .detach
    case 10, 11: .end
    default:
      .replace(.draw(from: &choices), choices.oneIn(2) ? .standard : choices.pick(Stack.allCases))
    }
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .start: try start()
    case .join:
      guard phase != .running || isDetached else { return }
      try join(within: nil)
    case .joinWithin(let limit):
      guard phase != .running || isDetached || Wait.within(limit).isShort else { return }
      try join(within: limit)
    case .joinWhileItEnds: try joinWhileItEnds()
    case .detach: detach()
    case .end: try end()
    case .replace(let body, let stack):
      try drop()
      make(body, stack)
    }
    try compare()
  }

  private func compare() throws {
    try expect(reports.withLock { $0 }, is: expectedReports, "the reports")
    if !expectedReports.isEmpty { tally.count(.reported) }
    expectedReports = []
    reports.withLock { $0 = [] }
    try expect(threadCount(), is: phase == .running ? 1 : 0, "the count of threads")
    guard let subject else { return }
    try expect(subject.thread.isFinished, is: phase == .ended, "isFinished")
    try expect(subject.thread.id == nil, is: phase == .idle, "whether there is no identity")
    try expect(census.living, is: phase == .ended ? 0 : 1, "the count of what the body captured")
    if phase == .ended { try expect(subject.thread.id?.rawValue, is: subject.identity, "the identity") }
  }

  private func start() throws {
    let expected: Outcome? = phase == .idle ? stack.refusal : .refusal(.alreadyStarted)
    tally.count(phase != .idle ? .alreadyStarted : expected == nil ? .started : .notStartable)
    let outcome = Outcome {
      try subject?.thread.start()
      return nil
    }
    try expect(outcome, is: expected ?? .nothing, "what start does")
    if expected == nil { phase = .running }
  }

  private func join(within limit: Duration?) throws {
    let expected: Outcome
    if isDetached {
      tally.count(.tooLateToJoin)
      expected = .refusal(.detached)
    } else {
      switch phase {
      case .idle:
        tally.count(.notStarted)
        expected = .refusal(.notStarted)
      case .running:
        tally.count(.notYetEnded)
        expected = .nothing
      case .ended:
        tally.count(isDelivered ? .joinedAgain : .joined)
        expected = body.outcome(hasHandle: true)
        isDelivered = true
      }
    }
    var outcome = Outcome.nothing
    // What comes back without waiting comes back early, and is no refusal to wait.
    _ = try (limit.map(Wait.within) ?? .forever).timing { _ in
      outcome = Outcome {
        guard let limit else { return try subject?.thread.join() }
        return try subject?.thread.join(within: limit)
      }
      return outcome != .nothing
    }
    try expect(outcome, is: expected, "what join hands over")
  }

  private func joinWhileItEnds() throws {
    // A thread that detaches itself might do so before the join.
    if case .detachingItself = body { return }
    guard phase == .running, !isDetached, let subject else { return }
    tally.count(.joinedWhileItEnded)
    subject.gate.open()
    let outcome = Outcome { try subject.thread.join() }
    try expect(outcome, is: body.outcome(hasHandle: true), "what join hands over")
    phase = .ended
    isDelivered = true
  }

  private func detach() {
    tally.count(.detached)
    subject?.thread.detach()
    isDetached = true
    if phase == .ended { claim(body.outcome(hasHandle: true)) }
  }

  private func end() throws {
    guard phase == .running, let subject else { return }
    tally.count(.ended)
    subject.gate.open()
    try waitUntil("the thread to end") { subject.thread.isFinished }
    phase = .ended
    if case .detachingItself = body { isDetached = true }
    if isDetached { claim(body.outcome(hasHandle: true)) }
  }

  /// Nobody can join any more: an error that nobody got is reported.
  private func claim(_ outcome: Outcome) {
    guard !isDelivered else { return }
    isDelivered = true
    switch outcome {
    case .nothing, .value, .exit: break
    case .thrown, .refusal, .other: expectedReports.append(outcome)
    }
  }

  private func make(_ body: ThreadUnderTest.Body, _ stack: Stack) {
    subject = ThreadUnderTest(body, stackSize: stack.size, census: census)
    (self.body, self.stack, phase, isDetached, isDelivered) = (body, stack, .idle, false, false)
  }

  private func drop() throws {
    guard let gate = subject?.gate else { return }
    weak let handle = subject?.thread
    subject = nil
    try expect(handle == nil, "the thread does not keep its handle")
    switch phase {
    case .idle:
      tally.count(.dropped)
    case .running:
      tally.count(.droppedWhileRunning)
      gate.open()
      try waitUntil("the thread to end") { threadCount() == 0 }
      claim(body.outcome(hasHandle: false))
    case .ended:
      tally.count(.droppedAfterItsEnd)
      claim(body.outcome(hasHandle: true))
    }
    phase = .ended
    try expect(census.living, is: 0, "the count of what the body captured")
  }

  func finish() throws {
    try drop()
    try compare()
    setUncaughtErrorHandler(originalHandler)
  }

  func abandon() {
    subject?.gate.open()
    try? waitUntil("the thread to end") { threadCount() == 0 }
    setUncaughtErrorHandler(originalHandler)
  }
}
