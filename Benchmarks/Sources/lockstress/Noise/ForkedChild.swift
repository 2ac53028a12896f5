import CStressSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The child of a fork made while threads held locks and waited for them. Those threads do not exist there: what
/// they held stays held, and what was free is there to be used.
///
/// What the locks guard is not looked at: while the memory was being shared those threads went on writing to it,
/// so a lock and what it guards may be of different instants.
struct ForkedChild {
  /// How the child ends if it finds something wrong: with this exit status.
  enum Finding: CInt, CaseIterable {
    case tookHeld = 10
    case gaveUpEarly
    case refusedFree
    case refusedOpening
    case stillHeld

    var description: String {
      switch self {
      case .tookHeld: "fork: in the child a timed wait took a lock that another thread had held"
      case .gaveUpEarly: "time-out: in the child of a fork a wait gave up before its limit"
      case .refusedFree: "fork: in the child a free lock was refused"
      case .refusedOpening: "fork: in the child the release of a locked lock failed"
      case .stillHeld: "fork: in the child a lock stayed held although it was released or made new"
      }
    }
  }

  /// What the child does to a lock.
  enum Step: Int32, CaseIterable {
    case trying, waiting, locking, opening

    var description: String {
      switch self {
      case .trying: "trying a lock"
      case .waiting: "in a timed wait"
      case .locking: "locking a free lock"
      case .opening: "opening a held lock"
      }
    }
  }

  let account: UnsafeMutablePointer<stress_child_account>
  var random: RandomSource
  var longestWaitNanoseconds = 2_000_000

  /// The child's whole life.
  mutating func run(_ instances: [LockInstance]) -> Never {
    Monitor.isAlone = true
    for (index, instance) in instances.enumerated() {
      account.pointee.lock = Int32(index)
      if let finding = use(instance.lock) { _exit(finding.rawValue) }
    }
    _exit(0)
  }

  /// What is wrong with a lock of which only this thread is left.
  mutating func use(_ lock: any LockUnderStress) -> Finding? {
    begin(.trying)
    return lock.pass(.none) ? useFree(lock) : useHeld(lock)
  }

  private mutating func useFree(_ lock: any LockUnderStress) -> Finding? {
    account.pointee.free += 1
    begin(.locking)
    guard lock.pass(.unlimited) else { return .refusedFree }
    begin(.waiting)
    return lock.pass(.limited(randomLimit())) ? nil : .refusedFree
  }

  private mutating func useHeld(_ lock: any LockUnderStress) -> Finding? {
    account.pointee.held += 1
    begin(.waiting)
    let limit = randomLimit()
    let start = stress_now()
    if lock.pass(.limited(limit)) { return .tookHeld }
    if stress_now() - start < limit.wholeNanoseconds { return .gaveUpEarly }
    begin(.opening)
    guard let isOpen = lock.openAfterFork(&random) else { return nil }
    account.pointee.opened += 1
    guard isOpen else { return .refusedOpening }
    begin(.trying)
    return lock.pass(.none) ? nil : .stillHeld
  }

  private mutating func randomLimit() -> Duration {
    .nanoseconds(random.scaled(upTo: longestWaitNanoseconds))
  }

  private func begin(_ step: Step) {
    account.pointee.step = step.rawValue
  }
}
