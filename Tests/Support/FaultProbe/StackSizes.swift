import FastLock
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
  try forEach([Int.min, -1, 1, 4096, 32_767], invalidSizeChangesNothing)
  try forEach([32_768, 32_769, 1_000_000, 1 << 50, Int.max], validSizeIsKept)
  try forEach([32_768, 32_769, 1_000_000], threadHasTheSize)
  try forEach([1 << 50, Int.max], startFailsForWantOfMemory)
  try defaultIsThePlatforms()
}

/// Says each size first: what is not so says no size.
private func forEach(_ sizes: [Int], _ body: (Int) throws -> Void) throws {
  for size in sizes {
    mark("size \(size)")
    try body(size)
  }
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
  check(threadStackSize() == former, "the former size is in force again")
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
  let thread = JoinableThread(stackSize: size) { CallStack.currentStack()?.count ?? 0 }
  try thread.start()
  return try thread.join()
}
