import FastLock
import TestSupport

private typealias Algorithm = OneShotEvent<Perturbed>

extension Drill {
  /// A series of events, which everybody awaits in this order or sets off. The first happens when everybody has slept.
  static let oneShotEvent = Drill("OneShotEvent") { crew in
    let events = SharedEvents(count: crew.roundCount)
    var isOpening = true
    _ = try crew.run {
      guard isOpening, crew.haveAllSlept else { return false }
      isOpening = false
      events.setOff(0)
      return true
    } _: { thread in
      try events.wait(for: 0)
      for event in 1..<crew.roundCount {
        crew.rest(thread)
        if event % crew.members.count == thread.number {
          events.setOff(event)
        } else {
          try events.observe(event, by: thread)
        }
      }
    }
    try crew.watch.run { try require(events.haveAllHappened, "what has happened is forgotten") }
  }
}

@safe private final class SharedEvents: @unchecked Sendable {
  private let words: UnsafeMutableBufferPointer<UInt32>
  /// What each event publishes.
  private let news: UnsafeMutableBufferPointer<Int>

  init(count: Int) {
    unsafe words = .allocate(capacity: count)
    unsafe words.initialize(repeating: 0)
    unsafe news = .allocate(capacity: count)
    unsafe news.initialize(repeating: 0)
  }

  deinit {
    unsafe words.deallocate()
    unsafe news.deallocate()
  }

  var haveAllHappened: Bool {
    unsafe words.indices.allSatisfy { unsafe Algorithm.isSet(word(of: $0)) }
  }

  func setOff(_ event: Int) {
    unsafe news[event] = event + 1
    unsafe Algorithm.set(word(of: event))
  }

  func wait(for event: Int) throws {
    try require(unsafe Algorithm.wait(word(of: event), until: .never), "gave up without a deadline")
    try read(event)
  }

  /// Waits for the event, waits for a while, or looks.
  func observe(_ event: Int, by thread: PerturbedThread) throws {
    switch thread.draw(below: 3) {
    case 0:
      if unsafe Algorithm.isSet(word(of: event)) { try read(event) }
    case 1:
      let deadline = thread.drawDeadline()
      if unsafe Algorithm.wait(word(of: event), until: deadline) { return try read(event) }
      try require(deadline.hasPassed(at: Perturbed.now), "gave up before the deadline")
    default:
      try wait(for: event)
    }
  }

  private func read(_ event: Int) throws {
    try require(unsafe news[event] == event + 1, "waited for nothing")
  }

  private func word(of event: Int) -> UnsafeMutablePointer<UInt32> {
    unsafe words.baseAddress.unsafelyUnwrapped + event
  }
}
