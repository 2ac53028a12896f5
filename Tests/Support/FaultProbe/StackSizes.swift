import TestSupport
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The stack size of threads to come is one value for the process: other tests that start threads would have it too.
func setStackSizes() throws {
  try defaultIsThePlatforms()
  for size in [Int.min, -1, 1, 4096, 32_767] { try invalidSizeChangesNothing(size) }
  for size in [32_768, 32_769, 1_000_000, 1 << 50, Int.max] { try validSizeIsKept(size) }
  for size in [32_768, 32_769, 1_000_000] { try threadHasTheSize(size) }
  for size in [1 << 50, Int.max] { try startFailsForWantOfMemory(size) }
  try defaultIsThePlatforms()
}

private func defaultIsThePlatforms() throws {
  check(threadStackSize() == 0, "zero stands for the default")
  let size = try stackSize(nil)
  check(try stackSize(0) == size, "zero is the default for one thread as well")
  check(size > 1_000_000, "the default is the platform's")
}

private func invalidSizeChangesNothing(_ size: Int) throws {
  let former = try setThreadStackSize(65_536)
  do {
    try setThreadStackSize(size)
    check(false, "an invalid size is refused")
  } catch {
    check(error == .invalidStackSize, "the error says that the size is invalid")
  }
  check(threadStackSize() == 65_536, "what was refused has changed nothing")
  check(try setThreadStackSize(former) == 65_536, "setting a size returns the former one")
}

private func validSizeIsKept(_ size: Int) throws {
  let former = try setThreadStackSize(size)
  check(threadStackSize() == size, "a size is kept as it was set")
  try setThreadStackSize(former)
}

private func threadHasTheSize(_ size: Int) throws {
  // The C library may give it a stack that it kept, of up to four times the size with its guard.
  let sizes = size...4 * (size + 2 * sysconf(CInt(_SC_PAGESIZE)))
  check(sizes.contains(try stackSize(size)), "a thread has the size that it is started with")
  let former = try setThreadStackSize(size)
  check(sizes.contains(try stackSize(nil)), "a thread has the size that was set")
  try setThreadStackSize(former)
}

private func startFailsForWantOfMemory(_ size: Int) throws {
  let former = try setThreadStackSize(size)
  do {
    try startNewThread {}
    check(false, "no such stack can be had")
  } catch {
    guard case .cannotStart = error else { return check(false, "the error is that of the start") }
  }
  try setThreadStackSize(former)
}

/// The size of the stack of a thread started with `size`.
private func stackSize(_ size: Int?) throws -> Int {
  let thread = JoinableThread(stackSize: size) { currentStackSize() }
  try thread.start()
  return try thread.join()
}

private func currentStackSize() -> Int {
  var attributes = pthread_attr_t()
  guard unsafe attributesOfThread(pthread_self(), &attributes) == 0 else { return 0 }
  defer { unsafe pthread_attr_destroy(&attributes) }
  var size = 0
  unsafe pthread_attr_getstacksize(&attributes, &size)
  return size
}

@_silgen_name("pthread_getattr_np")
private func attributesOfThread(
  _ thread: pthread_t, _ attributes: UnsafeMutablePointer<pthread_attr_t>
) -> CInt
