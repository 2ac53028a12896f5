import FastLock

/// An event that happens once, and words of it that follow each other.
final class OneShotEventSubject: Subject {
  enum Operation: Sendable {
    case set
    case wait(Patience)
    case replace
  }

  /// Until when to wait.
  enum Patience: Sendable {
    case duration(Duration)
    case never
    case farthest
    case longAgo
  }

  enum Situation: CaseIterable {
    case happened, sawThatItHappened, timedOut, replaced
  }

  private final class Event {
    private let word = LockWord()

    var isSet: Bool { unsafe OneShotEvent<Hardware>.isSet(word.address) }

    func set() { unsafe OneShotEvent<Hardware>.set(word.address) }

    func wait(until deadline: Deadline) -> Bool {
      unsafe OneShotEvent<Hardware>.wait(word.address, until: deadline)
    }
  }

  static let name = "one-shot-event"
  static let sequences = 400
  let tally = Tally<Situation>()
  private var event = Event()
  private var hasHappened = false

  init() {}

  static func draw(from choices: inout Choices) -> Operation {
    switch choices.below(8) {
    case 0: .set
    case 1: .replace
    case 2: .wait(choices.pick([.never, .farthest, .longAgo]))
    default: .wait(.duration(choices.duration()))
    }
  }

  func perform(_ operation: Operation) throws {
    switch operation {
    case .set:
      // Once, as its name says.
      guard !hasHappened else { return }
      tally.count(.happened)
      event.set()
      hasHappened = true
    case .wait(let patience):
      try wait(patience)
    case .replace:
      tally.count(.replaced)
      event = Event()
      hasHappened = false
    }
    try finish()
  }

  private func wait(_ patience: Patience) throws {
    let wait: Wait
    switch patience {
    case .duration(let duration): wait = .within(duration)
    case .longAgo: wait = .none
    case .never, .farthest: wait = .forever
    }
    guard hasHappened || wait.isShort else { return }
    tally.count(hasHappened ? .sawThatItHappened : .timedOut)
    let seen = try wait.timing { _ in
      switch patience {
      case .duration(let duration): event.wait(until: unsafe Deadline(after: duration, on: Hardware.self))
      case .longAgo: event.wait(until: Deadline(nanoseconds: 0))
      case .farthest: event.wait(until: .farthest)
      case .never: event.wait(until: .never)
      }
    }
    try expect(seen, is: hasHappened, "whether the wait saw the event")
  }

  func finish() throws {
    try expect(event.isSet, is: hasHappened, "whether it has happened")
  }
}
