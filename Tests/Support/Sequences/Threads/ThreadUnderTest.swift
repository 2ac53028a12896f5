import Synchronization
import Threads

/// A ``JoinableThread`` whose body waits at a gate, and what it makes known.
final class ThreadUnderTest {
  /// What the body does behind the gate.
  enum Body: Sendable {
    case returning(Int)
    case throwing(Int)
    case exiting
    case joiningItself
    case startingItself
    /// And then it throws.
    case detachingItself(Int)

    /// How it ends; where its handle is gone it has nothing to join or start.
    func outcome(hasHandle: Bool) -> Outcome {
      switch self {
      case .returning(let number): .value(number)
      case .throwing(let number), .detachingItself(let number): .thrown(number)
      case .exiting: .exit
      case .joiningItself: hasHandle ? .refusal(.cannotJoinSelf) : .value(0)
      case .startingItself: hasHandle ? .refusal(.alreadyStarted) : .value(0)
      }
    }

    static func draw(from choices: inout Choices) -> Body {
      let number = choices.below(100)
      return choices.pick([
        .returning(number), .throwing(number), .exiting, .joiningItself, .startingItself,
        .detachingItself(number),
      ])
    }
  }

  /// What a call returned or threw.
  enum Outcome: Equatable, Sendable {
    case nothing
    case value(Int)
    case thrown(Int)
    case exit
    /// The errno of `cannotStart` is left out.
    case refusal(ThreadError)
    case other(String)

    init(of call: () throws -> Int?) {
      do {
        self = try call().map(Self.value) ?? .nothing
      } catch {
        self.init(error)
      }
    }

    init(_ error: any Error) {
      switch error {
      case let thrown as Thrown: self = .thrown(thrown.number)
      case is ThreadExit: self = .exit
      case ThreadError.cannotStart: self = .refusal(.cannotStart(errno: 0))
      case let refusal as ThreadError: self = .refusal(refusal)
      default: self = .other("\(error)")
      }
    }
  }

  let thread: JoinableThread<Int>
  let gate: Gate
  private let shared: Shared

  init(_ body: Body, stackSize: Int?, census: Census) {
    let gate = Gate()
    let shared = Shared()
    thread = Self.makeThread(body, stackSize, gate, shared, Token(0, in: census))
    shared.thread = thread
    self.gate = gate
    self.shared = shared
  }

  /// What the thread itself saw, once it has ended.
  var identity: UInt { shared.identity.load(ordering: .acquiring) }

  /// A function of its own, so that the thread alone keeps the token.
  private static func makeThread(
    _ body: Body, _ stackSize: Int?, _ gate: Gate, _ shared: Shared, _ token: consuming Token
  ) -> JoinableThread<Int> {
    let token = consume token
    return JoinableThread(stackSize: stackSize) {
      gate.pass()
      shared.identity.store(ThreadID.current.rawValue, ordering: .releasing)
      return try withExtendedLifetime(token) { try perform(body, shared.thread) }
    }
  }

  private static func perform(_ body: Body, _ thread: JoinableThread<Int>?) throws -> Int {
    switch body {
    case .returning(let number):
      return number
    case .throwing(let number):
      throw Thrown(number: number)
    case .exiting:
      try exitThread()
    case .joiningItself:
      return try thread?.join() ?? 0
    case .startingItself:
      try thread?.start()
      return 0
    case .detachingItself(let number):
      thread?.detach()
      throw Thrown(number: number)
    }
  }

  /// Written before the thread starts.
  private final class Shared: @unchecked Sendable {
    let identity = Atomic<UInt>(0)
    weak var thread: JoinableThread<Int>?
  }
}
