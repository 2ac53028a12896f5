import FastLock
import TestSupport
import Testing

/// Regression: a value handed out of `withLock` and retained only after the lock was free. The writer then frees what
/// the reader is about to retain, and the process crashes.
@Suite struct ReturnedValues {
  private final class Node: Sendable {
    let number: Int
    let twin: Int

    init(_ number: Int) {
      self.number = number
      twin = number
    }
  }

  private final class Shared: Sendable {
    let reference = Mutex(Node(0))
    let array = Mutex([0, 0, 0])
    let locked = Locked(Node(0))
    let text = Mutex("a string that is too long to be stored in place: 0")
  }

  @Test func survivesAWriterThatReplacesIt() throws {
    let shared = Shared()
    let end = monotonicNow() + .seconds(2)
    let faults = try runTogether(4) { index in
      var faults = 0
      var round = 0
      while monotonicNow() < end {
        for _ in 0..<100 {
          round += 1
          index < 2 ? write(round, to: shared) : (faults += read(from: shared))
        }
      }
      return faults
    }
    #expect(faults == [0, 0, 0, 0])
  }

  private func write(_ number: Int, to shared: Shared) {
    shared.reference.withLock { $0 = Node(number) }
    shared.array.withLock { $0 = [number, number, number] }
    shared.locked.withLock { $0 = Node(number) }
    shared.text.withLock { $0 = "a string that is too long to be stored in place: \(number)" }
  }

  /// How many of the values were not whole.
  private func read(from shared: Shared) -> Int {
    let node = shared.reference.withLock { $0 }
    let array = shared.array.withLock { $0 }
    let other = shared.locked.withLock { $0 }
    let text = shared.text.withLock { $0 }
    let faults = [
      node.number != node.twin, array.count != 3 || Set(array).count != 1, other.number != other.twin,
      !text.hasPrefix("a string that is too long"),
    ]
    return faults.count { $0 }
  }
}
