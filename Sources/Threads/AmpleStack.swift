import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs what may take any amount of stack: code of users on behalf of a thread that has ended, whose stack is as small as
/// its body needed.
///
/// The code runs on the calling thread, whose identity, values and locks it may ask for: only the stack is another. Memory
/// is taken for as much of it as is used, and is given back afterwards.
enum AmpleStack {
  /// Twice what a main thread usually has. A thread with as much left runs the code on its own stack.
  private static let usual = 16 << 20
  /// A main thread without a limit has all the memory there is, which cannot be had twice.
  private static let most = 1 << 30
  private static let least = 1 << 20
  /// Describing a value makes the runtime take its type apart and make others, which overruns 32 KiB even for a struct with
  /// one property. Where no other stack can be had, a thread with this much left is taken to have enough.
  private static let bareNeed = 256 << 10
  private static let guardSize = 64 << 10

  /// Runs `work`, if there is any stack for it.
  ///
  /// - Returns: whether it ran.
  static func run(_ work: () -> Void) -> Bool {
    let room = CallStack.roomOnCurrentStack()
    var size = asLargeAsMains()
    if room < size {
      while size >= least {
        if runOnOwnMapping(of: size, work) { return true }
        size /= 2
      }
      if room < bareNeed { return false }
    }
    work()
    return true
  }

  private static func asLargeAsMains() -> Int {
    var limit = rlimit()
    #if canImport(Musl)
      let resource = RLIMIT_STACK
    #else
      let resource = __rlimit_resource_t(RLIMIT_STACK.rawValue)
    #endif
    guard unsafe getrlimit(resource, &limit) == 0, let mains = Int(exactly: limit.rlim_cur) else {
      return usual
    }
    return max(usual, min(mains, most))
  }

  private static func runOnOwnMapping(of size: Int, _ work: () -> Void) -> Bool {
    let whole = guardSize + size
    guard
      let start = unsafe mmap(
        nil, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0),
      unsafe start != MAP_FAILED
    else { return false }
    defer { unsafe munmap(start, whole) }
    guard unsafe mprotect(start, guardSize, PROT_NONE) == 0 else { return false }
    // Else the first page that is used may bring 2 MiB. Kernels without such pages refuse, and need not be asked.
    unsafe madvise(start, whole, MADV_NOHUGEPAGE)
    unsafe StackSwitch.run(onStackEndingAt: start + whole, work)
    return true
  }
}
