import CStressSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Forks the process while its threads use the locks, and has each child tell how it fared with them.
final class Forker: Disturbance {
  private let environment: StressEnvironment
  private nonisolated(unsafe) let account: UnsafeMutablePointer<stress_child_account>
  private let secondsForChild: UInt32

  private nonisolated(unsafe) var children = 0
  private nonisolated(unsafe) var refused = 0
  private nonisolated(unsafe) var totals = stress_child_account()

  private static let longestGapNanoseconds = 50_000_000
  private static let mostLocksPerChild = 8

  init(_ environment: StressEnvironment, childLimit: Duration) {
    guard let account = stress_make_child_account() else {
      fatalError("there is no memory to share with children")
    }
    self.environment = environment
    self.account = account
    secondsForChild = UInt32(clamping: max(1, childLimit.components.seconds))
    // What Swift makes on first use is made here. In a child nobody might finish what another thread had begun.
    var rehearsal = ForkedChild(account: account, random: RandomSource(seed: 0, stream: 0))
    for kind in environment.kinds { _ = rehearsal.use(kind.makeInstance(index: 0, environment).lock) }
  }

  func disturb(_ random: inout RandomSource, until stop: StopSignal) {
    stop.rest(random.scaled(upTo: Self.longestGapNanoseconds))
    let locks = environment.instances.shuffled(using: &random).prefix(Self.mostLocksPerChild)
    guard !locks.isEmpty, !stop.isGiven else { return }
    fork(Array(locks), RandomSource(seed: random.next(), stream: 0))
  }

  private func fork(_ locks: [LockInstance], _ random: RandomSource) {
    account.pointee = stress_child_account()
    var child = ForkedChild(account: account, random: random)
    let process = stress_fork(secondsForChild)
    if process == 0 { child.run(locks) }
    guard process > 0 else {
      refused += 1
      return
    }
    let status = stress_end_of_child(process)
    children += 1
    totals.free += account.pointee.free
    totals.held += account.pointee.held
    totals.opened += account.pointee.opened
    if let what = whatIsWrong(status) {
      environment.log.add(
        Violation(
          what: what, thread: "child \(children)", place: locks[Int(account.pointee.lock)].name,
          round: environment.round))
    }
  }

  /// `status` is what ``stress_end_of_child(_:)`` returned.
  private func whatIsWrong(_ status: CInt) -> String? {
    if status == 0 { return nil }
    if let finding = ForkedChild.Finding(rawValue: status) { return finding.description }
    let step = ForkedChild.Step(rawValue: account.pointee.step)?.description ?? "at an unknown step"
    if status == -SIGALRM { return "fork: the child made no end within \(secondsForChild) s: \(step)" }
    return "fork: the child ended with \(status < 0 ? "signal \(-status)" : "status \(status)"): \(step)"
  }

  var accounts: [NoiseAccount] {
    let refusals = refused == 0 ? "" : ", forks refused: \(refused)"
    return [
      NoiseAccount(
        .forks,
        "children: \(children), free locks used: \(totals.free), held ones waited for: \(totals.held), "
          + "opened: \(totals.opened)\(refusals)")
    ]
  }
}
