import CPerturbation
import Explorer
import FastLock
import Synchronization
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A thread's share in a run on the perturbed machine: what is to befall it, and what did.
///
/// Threads share nothing here that orders their accesses to other memory, lest it hide from ThreadSanitizer that an
/// algorithm does not. In a debug build the globals of Swift and loops over ranges do: the runtime tells
/// ThreadSanitizer of each time that it asks whether something was already made.
final class PerturbedThread: @unchecked Sendable {
  /// Chances in 65 536, before and after each operation of a thread that is disturbed most.
  private static let naps: UInt64 = 512
  private static let yields: UInt64 = 2_048
  private static let spins: UInt64 = 8_192

  let number: Int
  let clock: PerturbedClock
  private let mutation: Mutation?
  private let hasSleptBefore = Atomic(false)
  private let waitsForWakeUp = Atomic(false)
  private let operations = Atomic(0)

  // The thread's own, and after its end its creator's.
  private var random: SplitMix64
  /// Threads differ, so that some overtake others: each step of it halves the chances.
  private let calm: UInt64
  var tally = Tally()

  init(number: Int, seed: UInt64, clock: PerturbedClock, mutation: Mutation?) {
    self.number = number
    self.clock = clock
    self.mutation = mutation
    random = SplitMix64(seed: seed)
    calm = random.next() % 3 * 2
  }

  /// The calling thread.
  static var current: PerturbedThread {
    guard let thread = unsafe cperturbation_thread() else {
      fatalError("the perturbed machine is used outside a run")
    }
    return unsafe Unmanaged<PerturbedThread>.fromOpaque(thread).takeUnretainedValue()
  }

  /// Makes the calling thread this one while `body` runs.
  func run<Value>(_ body: () throws -> Value) rethrows -> Value {
    let former = unsafe cperturbation_thread()
    unsafe cperturbation_set_thread(Unmanaged.passUnretained(self).toOpaque())
    defer { unsafe cperturbation_set_thread(former) }
    return try body()
  }

  // MARK: What others may see

  /// Whether it has gone to sleep at least once.
  var hasSlept: Bool { hasSleptBefore.load(ordering: .relaxed) }

  /// Whether it sleeps, or is about to, and will not wake up soon by itself.
  var sleepsForLong: Bool { waitsForWakeUp.load(ordering: .relaxed) }

  func willSleep(forLong isForLong: Bool) {
    waitsForWakeUp.store(isForLong, ordering: .relaxed)
    hasSleptBefore.store(true, ordering: .relaxed)
  }

  func hasWokenUp() {
    waitsForWakeUp.store(false, ordering: .relaxed)
  }

  var operationCount: Int { operations.load(ordering: .relaxed) }

  func willOperate() {
    operations.store(operationCount + 1, ordering: .relaxed)
  }

  // MARK: Chance

  /// A random number below `bound`.
  func draw(below bound: UInt64) -> UInt64 { random.next() % bound }

  /// A deadline that comes in less than 256 microseconds of the hardware's clock.
  func drawDeadline() -> Deadline {
    clock.now().advanced(by: .microseconds(draw(below: 256) << clock.haste))
  }

  /// Lets others go first, sometimes. To be called before and after each operation on what threads share.
  func disturb() {
    let number = random.next()
    let chance = (number & 0xffff) << calm
    let amount = number >> 16 & 0x3f
    if chance < Self.naps {
      inject(.nap) { nap(.microseconds(amount)) }
    } else if chance < Self.yields {
      inject(.yield) { sched_yield() }
    } else if chance < Self.spins {
      inject(.spin) {
        var left = amount
        while left > 0 {
          Hardware.pause()
          left -= 1
        }
      }
    }
  }

  @discardableResult
  func inject<Value>(_ disturbance: Disturbance, _ body: () -> Value) -> Value {
    tally[disturbance] += 1
    return body()
  }

  // MARK: Mutations

  /// What is wrong with the operation labelled so, if anything.
  func mutation(at site: StaticString) -> Mutation.Kind? {
    guard let mutation, mutation.concerns(site) else { return nil }
    return mutation.kind
  }
}
