import CBenchSupport
import Glibc

/// What a crew shares, each part in blocks of its own. The workers keep it alive: one that never ends does no harm.
final class CrewMemory: @unchecked Sendable {
  struct Record {
    var operations: UInt64 = 0
    var switches: UInt64 = 0
    var voluntarySwitches: UInt64 = 0
  }

  let records: [UnsafeMutablePointer<Record>]
  private let phase = Block(Crew.Phase.warmUp)
  private let gate = Block(pthread_barrier_t())

  init(threads: Int) {
    records = (0..<threads).map { _ in
      let record = allocateBlock(for: Record.self)
      record.initialize(to: Record())
      return record
    }
    // The watching thread passes too.
    pthread_barrier_init(gate.address, nil, UInt32(threads + 1))
  }

  deinit {
    pthread_barrier_destroy(gate.address)
    for record in records { record.deallocate() }
  }

  func passGate() {
    pthread_barrier_wait(gate.address)
  }

  func enter(_ new: UInt64) {
    bench_store(phase.address, new)
  }

  func worker(_ index: Int) -> Crew.Worker {
    Crew.Worker(index: index, operations: counter(index), phase: phase.address)
  }

  /// What each worker has done so far.
  func operations() -> [UInt64] {
    records.indices.map { bench_load(counter($0)) }
  }

  private func counter(_ index: Int) -> UnsafeMutablePointer<UInt64> {
    UnsafeMutableRawPointer(records[index]).assumingMemoryBound(to: UInt64.self)
  }
}
