import FastLock
import CTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A thread as the kernel names it, and what /proc tells about it.
package struct KernelThreadID: Hashable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  package static var current: KernelThreadID { KernelThreadID(rawValue: test_gettid()) }

  /// Sends a signal to this thread of the calling process; false if there is no such thread.
  @discardableResult
  package func signal(_ signal: CInt) -> Bool { test_signal_thread(rawValue, signal) == 0 }

  /// Number and arguments of the system call in which the thread sleeps, nil while it does not.
  private var systemCall: String? {
    // Of a thread that was woken and does not run yet, the file "syscall" says what it says of one that sleeps.
    guard status("State")?.first == "S" else { return nil }
    let call = fileContents("/proc/self/task/\(rawValue)/syscall")
    return call.first?.isNumber == true ? call : nil
  }

  /// Whether the thread sleeps in a system call.
  package var isAsleep: Bool { systemCall != nil }

  /// The futex wait in which the thread sleeps, nil while it does not.
  package var futexSleep: FutexSleep? {
    guard let fields = systemCall?.split(separator: " ") else { return nil }
    guard fields.count > 6, fields[0] == "\(test_futex_number())" else { return nil }
    let arguments = fields[1...6].compactMap { UInt($0.dropFirst(2), radix: 16) }
    guard arguments.count == 6 else { return nil }
    let sleep = FutexSleep(
      address: arguments[0], operation: UInt32(truncatingIfNeeded: arguments[1]),
      hasTimeout: arguments[3] != 0, bits: UInt32(truncatingIfNeeded: arguments[5]))
    return sleep.operation & FutexSleep.commandMask == FutexSleep.waitBitset ? sleep : nil
  }

  /// How often the thread went to sleep so far.
  package var sleepCount: Int? { status("voluntary_ctxt_switches").flatMap { Int($0) } }

  /// Whether the thread blocks this signal.
  package func blocks(_ signal: CInt) -> Bool {
    status("SigBlk").flatMap { UInt64($0, radix: 16) }.map { $0 >> (signal - 1) & 1 == 1 } ?? false
  }

  private func status(_ key: String) -> Substring? {
    let line = fileContents("/proc/self/task/\(rawValue)/status").split(separator: "\n").first {
      $0.hasPrefix(key + ":")
    }
    return line?.dropFirst(key.count + 1).drop { $0 == "\t" }
  }
}

/// A FUTEX_WAIT_BITSET that a thread is in: futex(2).
package struct FutexSleep: Equatable, Sendable {
  static let waitBitset: UInt32 = 9
  static let commandMask: UInt32 = 0x7f
  static let privateFlag: UInt32 = 0x80
  static let clockRealtimeFlag: UInt32 = 0x100

  package let address: UInt
  package let operation: UInt32
  package let hasTimeout: Bool
  fileprivate let bits: UInt32

  package var isPrivate: Bool { operation & Self.privateFlag != 0 }
  package var usesWallClock: Bool { operation & Self.clockRealtimeFlag != 0 }

  /// Whether a lock's waiter sleeps whose patience has ended.
  package var isStarving: Bool { bits & (Sleepers.heads.bits | Sleepers.allStarving.bits) != 0 }
}

/// Waits until every one of these threads sleeps in a futex wait.
package func waitUntilAsleep(_ threads: [KernelThreadID]) throws {
  try waitUntil("threads to fall asleep") { threads.allSatisfy { $0.futexSleep != nil } }
}

/// Waits until every one of these threads, which wait for a lock, sleeps with its patience at an end: it has a role in the
/// word, or stands in the queue. It goes on to look at the lock by itself, ever more rarely.
package func waitUntilStarving(_ threads: [KernelThreadID]) throws {
  try waitUntil("threads to starve") { threads.allSatisfy { $0.futexSleep?.isStarving == true } }
}

/// Waits until every one of these threads sleeps in a futex wait that only a wake-up ends. No wait for a lock is one.
package func waitUntilAsleepForGood(_ threads: [KernelThreadID]) throws {
  try waitUntil("threads to fall asleep for good") {
    threads.allSatisfy { $0.futexSleep?.hasTimeout == false }
  }
}

/// The text of a small file, empty if it cannot be read.
package func fileContents(_ path: String) -> String {
  let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return "" }
  defer { close(file) }
  return descriptorContents(file)
}

/// What can still be read from a descriptor.
func descriptorContents(_ file: CInt) -> String {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while case let count = unsafe read(file, &chunk, chunk.count), count > 0 {
    bytes += chunk[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
