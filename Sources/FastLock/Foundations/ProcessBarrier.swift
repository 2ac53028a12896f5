import CFutex
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A memory barrier in every thread of the process: membarrier(2), MEMBARRIER_CMD_PRIVATE_EXPEDITED.
///
/// A system may refuse it at any time: without the call in its kernel, by a sandbox installed late, after a restored
/// checkpoint. Nothing is therefore remembered of a success or a refusal.
@_spi(Measurement)
public enum ProcessBarrier {
  private static let issued = Atomic<Int>(0)
  private static let isSwitchedOff = Atomic<Bool>(false)

  /// How many barriers were issued in this process.
  public static var count: Int { issued.load(ordering: .relaxed) }

  /// False if the system refuses, which `FASTLOCK_MEMBARRIER=0` in the environment makes it seem to.
  static func issue() -> Bool {
    if isSwitchedOff.load(ordering: .relaxed) { return false }
    var result = cfutex_process_barrier()
    if result == -EPERM, cfutex_register_process_barrier() == 0 { result = cfutex_process_barrier() }
    guard result == 0 else { return false }
    issued.wrappingAdd(1, ordering: .relaxed)
    return true
  }

  /// Registers the process while it has one thread, when that is a thousand times quicker than later. Where a sandbox kills
  /// for the call, only the environment can keep it from being made.
  static func prepare() {
    if let value = unsafe getenv("FASTLOCK_MEMBARRIER"), unsafe String(cString: value) == "0" {
      isSwitchedOff.store(true, ordering: .relaxed)
    } else {
      _ = cfutex_register_process_barrier()
    }
  }
}
