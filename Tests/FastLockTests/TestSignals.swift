import CTestSupport
import Testing

import struct Synchronization.Atomic

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Signals whose handlers do nothing but run. Each has its own number, for tests run at the same time.
enum TestSignal: CaseIterable, Sendable {
  case restarting, notRestarting

  var number: CInt {
    switch self {
    case .restarting: SIGUSR1
    case .notRestarting: SIGUSR2
    }
  }

  func install() throws {
    try #require(test_count_signal(number, self == .restarting) == 0)
  }
}

/// Counts what happens in several threads.
final class SharedCount: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .acquiring) }

  func add() { count.add(1, ordering: .releasing) }
}
