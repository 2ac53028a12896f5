/// What a lock's algorithm runs on: atomic operations with their orderings, futex wait and wake, a clock, a
/// hint to the CPU.
///
/// Each algorithm is written once, generic over a machine. The public types bind it to ``Hardware``; a test
/// may bind the very same source to a machine that chooses who steps next.
///
/// Every operation that matters to an ordering argument carries a `site`: the name, unique within its
/// algorithm, by which a test can single that operation out. On the hardware a site costs nothing.
@usableFromInline
package protocol Machine {
  /// The address of a 32-bit lock word.
  associatedtype Word

  static func load(_ word: Word, _ order: LoadOrder, at site: StaticString) -> UInt32

  /// Loads without ordering, and tells what that took in ticks of the CPU's counter.
  static func timedLoad(_ word: Word, at site: StaticString) -> (value: UInt32, ticks: UInt32)

  static func store(_ value: UInt32, to word: Word, _ order: StoreOrder, at site: StaticString)

  /// Exchanges with release ordering.
  static func exchange(_ word: Word, with value: UInt32, at site: StaticString) -> UInt32

  /// Ordered as it says when it succeeds, not at all when it fails; never fails spuriously.
  static func compareExchange(
    _ word: Word, expected: UInt32, desired: UInt32, _ order: CompareExchangeOrder, at site: StaticString
  ) -> Bool

  /// Sleeps among `sleepers` while `word` holds `expected`, until a wake-up or the deadline.
  static func wait(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    at site: StaticString
  ) -> WaitOutcome

  /// As ``wait(_:while:among:until:at:)``, and ends early when a signal handler ran in the calling thread or,
  /// in the main thread, when an interrupt was posted that the caller has not seen.
  static func waitInterruptibly(
    _ word: Word, while expected: UInt32, among sleepers: Sleepers, until deadline: Deadline,
    watching interrupts: inout InterruptWatch, at site: StaticString
  ) -> WaitOutcome

  /// Wakes at most `count` of `sleepers`; returns how many were woken. Touches the address only, never the memory there.
  @discardableResult
  static func wake(_ word: Word, count: Int32, among sleepers: Sleepers, at site: StaticString) -> Int32

  /// How many interrupts were posted to the main thread so far.
  static func interruptCount() -> InterruptCount

  /// The monotonic clock.
  static func now() -> Deadline

  /// Tells the CPU that the caller polls.
  static func pause()

  /// A number below `bound` by chance, however poor.
  static func draw(below bound: UInt32) -> UInt32

  /// How long a waiter polls before it sleeps.
  static func spinBudget() -> SpinBudget

  /// Whether whom the calling thread waits for can run while it polls. Asks the system: takes as long as some looks.
  static func mayPoll() -> Bool

  /// The forks between this process and the one that loaded the library.
  static var forkGeneration: UInt32 { get }

  /// How often at most the looks of a starving waiter raise its rank. From 1 to 7.
  static var highestRank: UInt32 { get }

  /// So many unlocks within a millisecond show that sections are short. From 1 to 15.
  static var unlocksOfShortSections: UInt32 { get }
}

// Frozen, as all types of the fast paths: with library evolution a client would handle them through their metadata.

@frozen
@usableFromInline
package enum LoadOrder: Sendable { case relaxed, acquiring }

@frozen
@usableFromInline
package enum StoreOrder: Sendable { case releasing }

@frozen
@usableFromInline
package enum CompareExchangeOrder: Sendable { case relaxed, acquiring, releasing }

/// The classes of those who sleep at a word.
@usableFromInline
package enum Sleepers: Sendable, Equatable {
  case ordinary
  /// Those who want a lock handed over.
  case heads
  /// Those in the queue of starving waiters, by rank: 0 to 7.
  case starving(UInt32)
  case allStarving
  /// The main thread where it starves with the highest rank and has lost its place in that.
  case mainThread
  case all

  /// One bit for each class; the highest is none's.
  package var bits: UInt32 {
    switch self {
    case .ordinary: 1
    case .heads: 1 << 1
    case .starving(let rank): 1 << (2 + rank)
    case .allStarving: 0xff << 2
    case .mainThread: 1 << 10
    case .all: .max >> 1
    }
  }
}

/// Why a wait came back.
@usableFromInline
package enum WaitOutcome: Sendable {
  /// Woken, and perhaps spuriously. The caller may have consumed a wake-up that was the only one: it must
  /// contend for the lock once more, or pass the wake-up on, before it may leave.
  case woken
  /// The word did not hold the expected value. No wake-up was consumed.
  case valueChanged
  /// The deadline has passed. No wake-up was consumed.
  case timedOut
  /// A signal handler ran, or an interrupt is due. No wake-up was consumed. At the end of an interruptible wait the
  /// deadline may have passed too.
  case interrupted
}
