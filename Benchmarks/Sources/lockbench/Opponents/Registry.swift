/// Who takes part: the name in tables, the word for it on the command line, and how it is measured.
struct Opponent<Cells: Sendable>: Sendable {
  let id: String
  let name: String
  var isFastLock = false
  let cells: Cells
}

enum Registry {
  /// The first one is what ratios refer to, the second one is the same again: what differs between them is noise.
  static let locks = everywhere + OptionalLock.all.compactMap(\.installed?.opponent) + own

  private static let everywhere: [Opponent<MutexCells>] = [
    Opponent(id: "pthread", name: "pthread_mutex", cells: MutexCells(PthreadMutex.self)),
    Opponent(id: "control", name: "pthread_mutex (A/A)", cells: MutexCells(PthreadMutex.self)),
    Opponent(
      id: "pthread-adaptive", name: "pthread_mutex adaptive", cells: MutexCells(PthreadAdaptiveMutex.self)),
    Opponent(id: "sem_t", name: "sem_t", cells: MutexCells(PosixSemaphoreLock.self)),
    Opponent(
      id: "swift", name: "Synchronization.Mutex \(Versions.swift)",
      cells: MutexCells(SynchronizationMutex.self)),
    Opponent(
      id: "swift-next", name: "swift#88523, our rendering",
      cells: MutexCells(SpinningFutexMutex<MergedSpin>.self)),
    Opponent(
      id: "swift-next-long", name: "swift#88523, longer spin",
      cells: MutexCells(SpinningFutexMutex<LongSpin>.self)),
    Opponent(id: "nio", name: "NIOLock", cells: MutexCells(MeasuredNIOLock.self)),
    Opponent(id: "nslock", name: "NSLock", cells: MutexCells(MeasuredNSLock.self)),
    Opponent(id: "dispatch", name: "DispatchSemaphore", cells: MutexCells(DispatchSemaphoreLock.self)),
  ]

  private static let own: [Opponent<MutexCells>] = [
    Opponent(id: "mutex", name: "FastLock.Mutex", isFastLock: true, cells: MutexCells(FastLockMutex.self)),
    Opponent(
      id: "rawmutex", name: "FastLock.RawMutex", isFastLock: true, cells: MutexCells(FastLockRawMutex.self)),
    Opponent(id: "lock", name: "FastLock.Lock", isFastLock: true, cells: MutexCells(FastLockLock.self)),
  ]

  /// Locks with an owner cannot be handed over.
  static let batons: [Opponent<HandOverCell>] = [
    Opponent(id: "pthread", name: "pthread condition", cells: HandOverCell(PthreadConditionBaton.self)),
    Opponent(id: "control", name: "pthread condition (A/A)", cells: HandOverCell(PthreadConditionBaton.self)),
    Opponent(id: "sem_t", name: "sem_t", cells: HandOverCell(PosixSemaphoreBaton.self)),
    Opponent(id: "dispatch", name: "DispatchSemaphore", cells: HandOverCell(DispatchSemaphoreBaton.self)),
    Opponent(id: "lock", name: "FastLock.Lock", isFastLock: true, cells: HandOverCell(FastLockBaton.self)),
  ]

  static let threads: [Opponent<ThreadStartCell>] = [
    Opponent(id: "pthread", name: "pthread", cells: ThreadStartCell(PthreadStarter.self)),
    Opponent(id: "control", name: "pthread (A/A)", cells: ThreadStartCell(PthreadStarter.self)),
    Opponent(
      id: "foundation", name: "Foundation.Thread + semaphore",
      cells: ThreadStartCell(FoundationThreadStarter.self)),
    Opponent(
      id: "joinable", name: "Threads.JoinableThread", isFastLock: true,
      cells: ThreadStartCell(JoinableThreadStarter.self)),
  ]

  static let reference = "pthread"
  static let control = "control"

  private static let all: [(id: String, name: String)] =
    locks.map { ($0.id, $0.name) } + batons.map { ($0.id, $0.name) } + threads.map { ($0.id, $0.name) }

  /// Each once, in the order of the tables.
  static let ids: [String] = all.map(\.id).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }

  /// What an opponent is called in the various tables.
  static func names(of id: String) -> [String] {
    all.filter { $0.id == id }.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
