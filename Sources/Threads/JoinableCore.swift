import FastLock
import Synchronization

/// The end of a thread, a ``OneShotEvent``. Whoever comes last frees it, and what the body threw is not among that.
private final class ThreadEnd: Sendable {
  let word = LockWord()
}

/// What a ``JoinableThread`` and the thread that it started share: the thread does not keep the handle alive.
final class JoinableCore<Success: Sendable>: Sendable {
  private enum Outcome { case success(Success), failure(Failure) }

  private let stackSize: Int?
  private let name: String?
  private let fileID: StaticString
  private let line: UInt
  private let state = Atomic(JoinState(rawValue: 0))
  /// Taken by the new thread, so that no other holds it then.
  nonisolated(unsafe) private var body: (() throws -> Success)?
  /// Set once, by the new thread, before the state says that the body has failed, and before `end`; taken by whoever claims
  /// the error. None if C code ended the thread.
  nonisolated(unsafe) private var outcome: Outcome?
  /// The thread's identity, 0 until it is started.
  private let thread = Atomic<UInt>(0)
  private let end = ThreadEnd()

  init(
    stackSize: Int?, name: String?, fileID: StaticString, line: UInt,
    body: sending @escaping () throws -> Success
  ) {
    self.stackSize = stackSize
    self.name = name
    self.fileID = fileID
    self.line = line
    unsafe self.body = body
  }

  var id: ThreadID? {
    let id = thread.load(ordering: .acquiring)
    return id == 0 ? nil : ThreadID(rawValue: id)
  }

  var isFinished: Bool { hasEnded || isOfFormerProcess }

  private var hasEnded: Bool { unsafe OneShotEvent<Hardware>.isSet(end.word.address) }

  /// The identity of a thread that has ended may be another's by now. In a forked child that of each thread which did
  /// not fork has ended unnoticed; but whoever has it there was started in a later generation.
  private var isCurrentThread: Bool {
    id == .current && !hasEnded && state.load(ordering: .relaxed).generation == ThreadLife.current?.generation
  }

  private var isOfFormerProcess: Bool {
    let state = state.load(ordering: .relaxed)
    return state.phase != .idle && state.generation != ForkGeneration.current && !isCurrentThread
  }
}

// MARK: The thread's life

extension JoinableCore {
  func start() throws(ThreadError) {
    var mayStart = false
    state.update { state in
      mayStart = state.phase == .idle
      guard mayStart else { return }
      state.phase = .starting
      state.generation = ForkGeneration.current
    }
    guard mayStart else { throw .alreadyStarted }
    let origin = ThreadOrigin(fileID: fileID, line: line)
    do {
      let id = try ThreadLaunch.start(stackSize: stackSize, name: name) {
        self.run(from: origin)
      } ended: { [end] in
        unsafe OneShotEvent<Hardware>.set(end.word.address)
      }
      noteStarted(id)
    } catch {
      state.update { $0.phase = .idle }
      throw error
    }
  }

  /// Both threads call this: whichever goes on first finds the handle complete.
  private func noteStarted(_ id: ThreadID) {
    thread.store(id.rawValue, ordering: .releasing)
    state.update { $0.phase = .started }
  }

  private func run(from origin: ThreadOrigin) {
    noteStarted(.current)
    let hasFailed = runBody(from: origin)
    settle { state in
      state.hasFailed = hasFailed
      // In a forked child the joins that had begun do not exist, and no other can begin.
      guard state.generation != ForkGeneration.current else { return }
      state.isDetached = true
      state.joins = 0
    }
  }

  /// Changes the state, and reports the error if thereby nobody can get it any more.
  private func settle(_ change: (inout JoinState) -> Void) {
    var isUnclaimed = false
    state.update { state in
      change(&state)
      isUnclaimed = state.claimError()
    }
    guard isUnclaimed else { return }
    var failure = takeFailure()
    report(&failure)
  }

  /// To be called by whoever claims the error: nobody else looks at it any more.
  private func takeFailure() -> Failure? {
    guard case .failure(let failure) = unsafe outcome else { return nil }
    unsafe outcome = nil
    return failure
  }

  /// Whether the body has thrown. A function of its own, so that it and its captures are gone when it returns.
  @inline(never)
  private func runBody(from origin: ThreadOrigin) -> Bool {
    guard let body = unsafe self.body.take() else {
      trapMisuse("JoinableThread", "a body ran twice")
    }
    do {
      let success = try body()
      ThreadLife.bodyHasEnded()
      unsafe outcome = .success(success)
      return false
    } catch {
      ThreadLife.bodyHasEnded()
      unsafe outcome = .failure(Failure(error, from: origin))
      return true
    }
  }
}

// MARK: Joining

extension JoinableCore {
  /// Waits for the end for at most `limit`, nil for as long as it takes; nil if the thread has not ended.
  func join(within limit: Duration?) throws -> Success? {
    try beginJoin()
    // Not by a generic function: without optimisation the runtime would make its types here on first use, under a lock
    // that the child of a fork finds taken for ever if another thread had it.
    var deadline = Deadline.never
    if let limit { deadline = unsafe Deadline(after: limit, on: Hardware.self) }
    let ended = unsafe OneShotEvent<Hardware>.wait(end.word.address, until: deadline)
    // If the thread left its error to this join, which then did not wait for long enough, this reports it.
    settle { state in
      state.joins -= 1
      if ended { state.isDelivered = true }
    }
    guard ended else { return nil }
    switch unsafe outcome {
    case .success(let value): return value
    case .failure(let failure): throw failure.error
    case nil: throw ThreadExit()
    }
  }

  private func beginJoin() throws(ThreadError) {
    guard !isOfFormerProcess else { throw .detached }
    guard !isCurrentThread else { throw .cannotJoinSelf }
    var refusal: ThreadError?
    state.update { state in
      refusal = nil
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
    settle { $0.isDetached = true }
  }
}
