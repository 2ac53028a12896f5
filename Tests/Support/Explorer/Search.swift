import TestSupport

/// Which way each run goes: the choices of the run under way, and where they come from.
struct Search {
  enum Strategy {
    /// All ways, one after another; what is reached again is not followed again.
    case depthFirst
    /// Random priorities of threads that change at random moments, and random accidents: after Burckhardt et al., "A
    /// Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010.
    case random
    /// The way that is given.
    case replay
  }

  private static let longest = 4 * Limits.steps

  let strategy: Strategy
  private(set) var visited = VisitedStates()
  private let chosen = UnsafeMutablePointer<UInt8>.allocate(capacity: longest)
  private let counts = UnsafeMutablePointer<UInt8>.allocate(capacity: longest)
  /// Choices of this run so far.
  private var depth = 0
  /// Choices that are known: this run's, and those that it is to repeat.
  private var length = 0
  private var random: SplitMix64
  private var priorities = SIMD8<UInt32>()

  init(_ strategy: Strategy, seed: UInt64 = 0) {
    self.strategy = strategy
    random = SplitMix64(seed: seed)
  }

  init(replaying schedule: String) {
    self.init(.replay)
    for digit in schedule.utf8 {
      chosen[length] = UInt8(Self.digits.firstIndex(of: digit) ?? 0)
      counts[length] = .max
      length += 1
    }
  }

  private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

  /// The choices of the run, in a form that a replay takes.
  var schedule: String {
    String(
      decoding: (0..<depth).map { Self.digits[min(Int(chosen[$0]), Self.digits.count - 1)] }, as: UTF8.self)
  }

  /// Whether the run has left the choices that it repeats, and is to look out for states that are known.
  var isAtFrontier: Bool { strategy == .depthFirst && depth == length }

  /// Notes a state; false if it is known.
  mutating func remember(_ fingerprint: UInt64) -> Bool { visited.insert(fingerprint) }

  mutating func beginRun() {
    depth = 0
    guard strategy == .random else { return }
    length = 0
    for thread in 0..<Limits.threads {
      priorities[thread] = UInt32(truncatingIfNeeded: random.next()) | 1 << 31
    }
  }

  /// Moves on to the next run; false if there is none.
  mutating func advance() -> Bool {
    switch strategy {
    case .random: return true
    case .replay: return false
    case .depthFirst:
      length = depth
      while length > 0 {
        if chosen[length - 1] + 1 < counts[length - 1] {
          chosen[length - 1] += 1
          return true
        }
        length -= 1
      }
      return false
    }
  }

  mutating func choose(among count: Int) -> Int {
    decide(count) { random in random % 4 == 0 ? Int(random >> 32) % count : 0 }
  }

  mutating func choose(among count: Int, _ options: UnsafeMutablePointer<Option>) -> Int {
    guard strategy == .random, count > 1 else { return decide(count) { _ in 0 } }
    if random.next() % 32 == 0, case .step(let thread) = options[0] { priorities[thread] >>= 8 }
    let priorities = priorities
    return decide(count) { random in
      if random % 8 == 0 { return Int(random >> 32) % count }
      var best = 0
      for index in 1..<count {
        guard case .step(let thread) = options[index] else { continue }
        guard case .step(let leader) = options[best], priorities[leader] >= priorities[thread] else {
          best = index
          continue
        }
      }
      return best
    }
  }

  /// Repeats the choice that is known, or makes one.
  private mutating func decide(_ count: Int, _ pick: (UInt64) -> Int) -> Int {
    guard count > 1 else { return 0 }
    if depth == length {
      precondition(length < Self.longest, "a run makes more choices than can be kept")
      chosen[length] = strategy == .random ? UInt8(pick(random.next())) : 0
      counts[length] = UInt8(count)
      length += 1
    }
    defer { depth += 1 }
    return min(Int(chosen[depth]), count - 1)
  }

  func destroy() {
    visited.destroy()
    chosen.deallocate()
    counts.deallocate()
  }
}
