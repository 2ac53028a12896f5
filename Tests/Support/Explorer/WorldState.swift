import FastLock

/// How memory behaves.
package enum MemoryModel: String, Sendable, CaseIterable {
  /// x86: each thread's stores wait in a buffer of its own, in order, and it reads them from there. Read-modify-writes,
  /// system calls and process-wide barriers empty it; when else a store leaves it is a choice.
  case totalStoreOrder
  /// After the C11 memory model, as on aarch64: a load may return any value that coherence and the thread's
  /// happens-before allow. A word's stores are totally ordered by when they are executed and no load returns a store
  /// that was not: reorderings of a load with a later store, and of two threads' stores against each other, are not
  /// explored.
  case weak
}

/// What may go wrong in a run, and how often. Each is a choice at each place where it can happen.
package struct Faults: Sendable {
  /// Deadlines that pass while somebody else could go on. One that nobody else can end passes for nothing.
  package var timeOuts: UInt8 = 0
  /// Waits that end without a reason: as woken, by a signal handler, or refused with EINTR or EAGAIN.
  package var spuriousReturns: UInt8 = 0
  /// System calls other than waits that are refused.
  package var refusals: UInt8 = 0
  /// Loads of the weak model that do not return the latest value; nil for no bound.
  package var staleReads: UInt8? = nil
  /// Threads that stop for ever while they wait for a lock.
  package var stops: UInt8 = 0

  package init(
    timeOuts: UInt8 = 0, spuriousReturns: UInt8 = 0, refusals: UInt8 = 0, staleReads: UInt8? = nil,
    stops: UInt8 = 0
  ) {
    self.stops = stops
    self.timeOuts = timeOuts
    self.spuriousReturns = spuriousReturns
    self.refusals = refusals
    self.staleReads = staleReads
  }
}

/// One simulated thread.
struct ThreadState {
  enum Status: UInt8 { case ready, asleep, finished }

  var status = Status.ready
  var hasBegun = false
  /// The operation of its program that it executes.
  var operation: UInt8 = 0
  /// What an operation leaves for later ones of the same thread.
  var notes: UInt32 = 0
  var clock = VectorClock()
  var view = View()

  var sleepsAt: UInt8 = 0
  var sleepBits: UInt32 = 0
  /// What the word held when it fell asleep.
  var sleepsWhile: UInt32 = 0
  var isInterruptible = false
  var deadline = UInt64.max
  var outcome = WaitOutcome.woken

  var pendingStoreCount: UInt8 = 0

  /// It waits for a lock, and may stop.
  var isWaiting = false
  /// It does not run any more. A wake-up may still reach it.
  var isStopped = false
  var starvation = Starvation()
}

/// A store on its way to memory.
struct PendingStore {
  var access: Access
  var value: UInt32
  var clock: VectorClock
}

/// A lock word in memory: its latest value and, by byte, what an acquire of it learns.
struct WordState {
  var value: UInt32 = 0
  var isAlive = true
  /// In the weak model, how many versions there are.
  var versionCount = 1
}

/// What data protected by a lock remembers of its last accesses.
struct DataState {
  var lastWriter: UInt8 = 0
  var lastWrite: UInt16 = 0
  var reads = VectorClock()
}

/// All of a run but the stacks. Plain memory behind pointers, shared by all coroutines.
struct WorldState {
  var threadCount = 0
  var current = 0
  var model = MemoryModel.totalStoreOrder
  var faults = Faults()
  var preemptionsLeft: UInt8 = .max
  var boundsPreemptions = false
  var wakesInOrder = false
  var overtaking: Overtaking?
  /// An unlock found that the head was neither asleep nor polling; it has not slept since.
  var isHeadAbsent = false
  var spin = SpinBudget.none
  var mutation: UnsafeMutablePointer<Mutation>?
  var isReplay = false

  var steps = 0
  var systemCalls = 0
  var now: UInt64 = 0
  var interrupts: InterruptCount = 0
  /// One bit for each thread that is inside the section that the lock protects.
  var inside: UInt32 = 0
  /// What the scenario's checks keep.
  var monitor: UInt64 = 0
  var sequentialView = View()
  var sleeperCount = 0
  var ending: Ending?

  let threads = UnsafeMutablePointer<ThreadState>.allocate(capacity: Limits.threads)
  /// Those of the threads, then the explorer's own.
  let coroutines = UnsafeMutablePointer<Coroutine>.allocate(capacity: Limits.threads + 1)
  let pendingStores = UnsafeMutablePointer<PendingStore>.allocate(
    capacity: Limits.threads * Limits.pendingStores)
  let words = UnsafeMutablePointer<WordState>.allocate(capacity: Limits.words)
  let clocks = UnsafeMutablePointer<VectorClock>.allocate(capacity: Limits.words * 4)
  let versions = UnsafeMutablePointer<Version>.allocate(capacity: Limits.words * Limits.versions)
  let data = UnsafeMutablePointer<DataState>.allocate(capacity: Limits.data)
  /// Sleeping threads, the longest asleep first.
  let sleepers = UnsafeMutablePointer<UInt8>.allocate(capacity: Limits.threads)
  let options = UnsafeMutablePointer<Option>.allocate(capacity: Limits.threads * 7)
  let programs = UnsafeMutablePointer<UnsafeMutableBufferPointer<Action>>.allocate(capacity: Limits.threads)
  let search = UnsafeMutablePointer<Search>.allocate(capacity: 1)
  let trace = UnsafeMutablePointer<[String]>.allocate(capacity: 1)
  let scenario = UnsafeMutablePointer<Scenario>.allocate(capacity: 1)
}

/// What may happen next.
enum Option {
  /// A thread executes its next operation.
  case step(Int)
  /// A thread's oldest store reaches memory.
  case drain(Int)
  /// A sleeping thread's wait ends so, although nobody woke it.
  case endWait(Int, WaitOutcome)
  /// A thread that waits stops. If it is asleep, `asleep` says whether it stays among the sleepers, as one does that gets no
  /// CPU, or leaves them, as one does that is suspended in a signal handler.
  case stop(Int, asleep: Bool)
}

/// How a run ended.
enum Ending {
  case completed
  /// In a state from which all continuations had been explored before.
  case pruned
  case violated(Violation)
}
