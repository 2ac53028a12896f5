import CFaultInjection
import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// System calls of this process that are to fail from some moment on, in threads that run already.
@safe final class InjectedFaults {
  private let faults: OpaquePointer
  private var hasBegun = false
  private var isOn = false

  /// - Parameter rules: those that seccomp-launcher takes, none for no faults. To be called while there is one thread.
  init(_ rules: [String]) {
    check(threadCount() == 0, "one thread alone makes the faults")
    guard let faults = unsafe faults_new() else { refuse("no memory for faults") }
    unsafe self.faults = faults
    for rule in rules {
      if let problem = unsafe faults_add(faults, rule) {
        refuse("\(rule): \(unsafe String(cString: problem))")
      }
    }
    if !rules.isEmpty, unsafe faults_prepare(faults) != 0 { Self.refuseForLackOfSystemCalls() }
  }

  /// How many calls the rules let fail so far.
  var injected: Int {
    unsafe (0..<faults_count(faults)).map { unsafe Int(faults_injected(faults, $0)) }.reduce(0, +)
  }

  /// Turned on for the first time, they are put upon all threads, for good; turned off they let all calls go on.
  func turn(_ on: Bool) {
    guard on != isOn else { return }
    isOn = on
    unsafe faults_turn(faults, on)
    guard on, !hasBegun else { return }
    hasBegun = true
    if unsafe faults_begin(faults) != 0 { Self.refuseForLackOfSystemCalls() }
  }

  /// Waits until they have injected `count` more.
  func wait(for count: Int) throws {
    let goal = injected + count
    try waitUntil("\(count) faults") { injected >= goal }
  }

  private static func refuseForLackOfSystemCalls() -> Never {
    refuse("faults cannot be injected: \(unsafe String(cString: strerror(errno)))")
  }
}

/// Ends the process because it cannot do what it was asked to.
func refuse(_ reason: String) -> Never {
  report("fault-probe: \(reason)")
  exit(64)
}
