import FastLock
import Synchronization

/// An error that a thread's body threw.
private struct Failure {
  let uncaught: UncaughtError
  let origin: ThreadOrigin
  let thrownBy: CallStack?

  func report() {
    Threads.report(uncaught, startedBy: origin.stack, thrownBy: thrownBy)
  }
}

/// What a ``JoinableThread`` and the thread that it started share: the thread does not keep the handle alive.
///
/// From under the lock nothing is returned but what the state holds. Any other type the runtime might have to make, under
/// a lock of its own, and the child of a fork finds that lock taken for ever if another thread had it.
final class JoinableCore<Success: Sendable>: Sendable {
  private struct State {
    var phase = Phase.idle
    /// Taken by the new thread, so that no other holds it then.
    var body: Body?
    /// Set when the body has ended, before the thread has.
    var outcome: Outcome?
    /// No further join may begin.
    var isDetached = false
    /// Joins that have begun and not returned.
    var joins = 0
    /// Whether somebody has got the outcome, or it was reported.
    var isDelivered = false

    /// The error that is to be reported now, since nobody got it and nobody can any more.
    mutating func takeUnclaimedError() -> Failure? {
      guard isDetached, joins == 0, !isDelivered, case .failure(let failure) = outcome else { return nil }
      isDelivered = true
      return failure
    }
  }

  private enum Phase { case idle, starting, started }

  private enum Outcome { case success(Success), failure(Failure) }

  /// Runs on the new thread only.
  private struct Body: @unchecked Sendable {
    let run: () throws -> Success
  }

  private let stackSize: Int?
  private let name: String?
  private let fileID: StaticString
  private let line: UInt
  private let state: FastLock.Mutex<State>
  /// The thread's identity, 0 until it is started. It and `generation` are read without the mutex, which another
  /// thread may have held at a fork.
  private let thread = Atomic<UInt>(0)
  private let generation = Atomic<UInt32>(0)
  /// The end of the thread, a ``OneShotEvent``.
  private let end = LockWord()

  init(
    stackSize: Int?, name: String?, fileID: StaticString, line: UInt,
    body: sending @escaping () throws -> Success
  ) {
    self.stackSize = stackSize
    self.name = name
    self.fileID = fileID
    self.line = line
    state = FastLock.Mutex(State(body: Body(run: body)))
  }

  var id: ThreadID? {
    let id = thread.load(ordering: .acquiring)
    return id == 0 ? nil : ThreadID(rawValue: id)
  }

  var isFinished: Bool { hasEnded || isOfFormerProcess }

  private var hasEnded: Bool { unsafe OneShotEvent<Hardware>.isSet(end.address) }

  /// The identity of a thread that has ended may be another's by now.
  private var isCurrentThread: Bool { id == .current && !hasEnded }

  private var isOfFormerProcess: Bool {
    id != nil && generation.load(ordering: .relaxed) != ForkGeneration.current && !isCurrentThread
  }
}

// MARK: The thread's life

extension JoinableCore {
  func start() throws(ThreadError) {
    let mayStart = state.withLock { state in
      guard state.phase == .idle else { return false }
      state.phase = .starting
      return true
    }
    guard mayStart else { throw .alreadyStarted }
    let origin = ThreadOrigin(fileID: fileID, line: line)
    do {
      let id = try ThreadLaunch.start(stackSize: stackSize, name: name) {
        self.run(from: origin)
      } ended: {
        unsafe OneShotEvent<Hardware>.set(self.end.address)
      }
      noteStarted(id)
    } catch {
      state.withLock { $0.phase = .idle }
      throw error
    }
  }

  /// Both threads call this: whichever goes on first finds the handle complete.
  private func noteStarted(_ id: ThreadID) {
    generation.store(ForkGeneration.current, ordering: .relaxed)
    thread.store(id.rawValue, ordering: .releasing)
    state.withLock { $0.phase = .started }
  }

  private func run(from origin: ThreadOrigin) {
    noteStarted(.current)
    let outcome = runBody(from: origin)
    var unclaimed: Failure?
    state.withLock { state in
      state.outcome = outcome
      unclaimed = state.takeUnclaimedError()
    }
    unclaimed?.report()
  }

  /// A function of its own, so that the body and its captures are gone when it returns.
  @inline(never)
  private func runBody(from origin: ThreadOrigin) -> Outcome {
    guard let body = state.withLock({ $0.body.take() }) else {
      trapMisuse("JoinableThread", "a body ran twice")
    }
    do {
      return .success(try body.run())
    } catch {
      let uncaught = UncaughtError(
        error: error, thread: .current, threadName: threadName(), startedAt: origin.location)
      return .failure(Failure(uncaught: uncaught, origin: origin, thrownBy: ThrowTrace.stack(of: error)))
    }
  }
}

// MARK: Joining

extension JoinableCore {
  /// Waits for the end for at most `limit`, nil for as long as it takes; nil if the thread has not ended.
  func join(within limit: Duration?) throws -> Success? {
    try beginJoin()
    let deadline = limit.map { unsafe Deadline(after: $0, on: Hardware.self) } ?? .never
    let ended = unsafe OneShotEvent<Hardware>.wait(end.address, until: deadline)
    var outcome: Outcome?
    var unclaimed: Failure?
    state.withLock { state in
      state.joins -= 1
      if ended {
        state.isDelivered = true
        outcome = state.outcome
      }
      unclaimed = state.takeUnclaimedError()
    }
    // The thread left its error to this join, which then did not wait for long enough.
    unclaimed?.report()
    switch outcome {
    case .success(let value): return value
    case .failure(let failure): throw failure.uncaught.error
    case nil: return nil
    }
  }

  private func beginJoin() throws(ThreadError) {
    guard !isOfFormerProcess else { throw .detached }
    guard !isCurrentThread else { throw .cannotJoinSelf }
    var refusal: ThreadError?
    state.withLock { state in
      if state.isDetached {
        refusal = .detached
      } else if state.phase != .started {
        refusal = .notStarted
      } else {
        state.joins += 1
      }
    }
    if let refusal { throw refusal }
  }

  func detach() {
    guard !isOfFormerProcess else { return }
    var unclaimed: Failure?
    state.withLock { state in
      state.isDetached = true
      unclaimed = state.takeUnclaimedError()
    }
    unclaimed?.report()
  }
}
