import CFutex
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a process does not share with its children: in the child of a fork all of it is zero.
///
/// The kernel sees to that, from the child's first instruction on, whatever made it: fork(3), _Fork(3), clone(2). The page
/// is advised MADV_WIPEONFORK. A child that runs in its parent's memory, as of vfork(2), is the same process here.
///
/// Before Linux 4.14, and where a sandbox refuses the advice, a handler of pthread_atfork(3) does so. It runs after those
/// that were registered before this library was loaded, and in no child of _Fork or clone.
package struct ProcessMemory: ~Copyable {
  /// 0 until somebody asks: ``ForkGeneration``.
  let generation = Atomic<UInt32>(0)

  // ``MainThreadInterrupts``.
  let postedInterrupts = Atomic<InterruptCount>(0)
  let pendingInterrupts = Atomic<UInt64>(0)
  let interruptibleSleep = Atomic<UInt>(0)

  // Two locks of `Threads`, which in a child nobody else can have.
  package let handlerLock = LockWord()
  package let reportLock = LockWord()
}

extension ProcessMemory {
  /// Zero until it is made.
  private static let address = Atomic<UInt>(0)
  private static let isLeftToHandlers = Atomic<Bool>(false)

  /// Async-signal-safe, in debug builds too.
  package static var current: UnsafeMutablePointer<ProcessMemory> {
    guard let memory = unsafe pointer(address.load(ordering: .acquiring)) else { return unsafe make() }
    return unsafe memory
  }

  private static func pointer(_ address: UInt) -> UnsafeMutablePointer<ProcessMemory>? {
    unsafe UnsafeMutablePointer(bitPattern: address)
  }

  /// The kernel takes less than a page for a page.
  private static var size: UInt { UInt(MemoryLayout<ProcessMemory>.size) }

  /// Threads that do this at the same time make a page each, and keep one.
  @inline(never)
  private static func make() -> UnsafeMutablePointer<ProcessMemory> {
    let start = cfutex_map(size)
    guard start > 0 else { trapSystemCall("mmap", errno: Int32(-start)) }
    // An emulator that takes any advice for good heeds none.
    let isAdviceHeeded = cfutex_advise(start, size, CFUTEX_INVALID_ADVICE) != 0
    if !isAdviceHeeded || cfutex_advise(start, size, CFUTEX_WIPE_ON_FORK) != 0 {
      isLeftToHandlers.store(true, ordering: .relaxed)
    }
    let (isKept, existing) = address.compareExchange(
      expected: 0, desired: UInt(bitPattern: start), ordering: .acquiringAndReleasing)
    if !isKept { _ = cfutex_unmap(start, size) }
    guard let memory = unsafe pointer(isKept ? UInt(bitPattern: start) : existing) else {
      trapMisuse("FastLock", "a page at address 0")
    }
    return unsafe memory
  }

  fileprivate static func prepare() {
    prepareAccess()
    guard isLeftToHandlers.load(ordering: .relaxed) else { return }
    let failure = pthread_atfork(nil, nil, { ProcessMemory.clear() })
    guard failure == 0 else { trapSystemCall("pthread_atfork", errno: failure) }
  }

  /// Has debug builds make what they make on first use.
  private static func prepareAccess() {
    _ = ForkGeneration.current
    _ = MainThreadInterrupts.count
    _ = MainThreadInterrupts.isPending
  }

  private static func clear() {
    unsafe UnsafeMutableRawPointer(current).initializeMemory(as: UInt8.self, repeating: 0, count: Int(size))
  }
}

/// Runs when the library is loaded.
///
/// It stands beside what every lock's slow path refers to, so that the linker takes it from an archive too. Globals that
/// debug builds make on first use are used here: a signal handler must not be the first, and in the child of a fork nobody
/// might finish what another thread had begun to make.
@section(".init_array")
@used
private let prepareAtLoad: @convention(c) () -> Void = {
  ProcessMemory.prepare()
  UseChecks.prepare()
  ProcessBarrier.prepare()
  unsafe LoadedImage.keep(#dsohandle)
}
