@_spi(Measurement) import FastLock
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private final class Value {
  deinit { destroyed.withLock { $0 += 1 } }
}

private let destroyed = Mutex(0)
private let local = ThreadLocal { Value() }
private let gate = Lock()

/// Leaves what is destroyed when the calling thread ends.
@_cdecl("embedded_use")
public func use() {
  local.withValue { _ in }
}

/// Starts a thread that ends some time after ``letGo()``.
@_cdecl("embedded_start")
public func start() -> Int32 {
  gate.acquire(blocking: false)
  do {
    try startNewThread {
      gate.acquire()
      try? gate.release()
      usleep(100_000)
      local.withValue { _ in }
    }
    return 0
  } catch {
    return 1
  }
}

/// Lets the threads end that were started.
@_cdecl("embedded_let_go")
public func letGo() { try? gate.release() }

/// Installs the library's signal handler.
@_cdecl("embedded_install")
public func install() -> Int32 {
  do {
    try installInterruptHandler()
    return 0
  } catch {
    return 1
  }
}

/// How many threads there are by the library's count.
@_cdecl("embedded_threads")
public func threads() -> Int32 { Int32(threadCount()) }

/// Contends for a mutex, and returns how many process barriers that took.
@_cdecl("embedded_contend")
public func contend() -> Int32 {
  let isHeld = Locked(false)
  let other = JoinableThread {
    destroyed.withLock { _ in
      isHeld.withLock { $0 = true }
      usleep(20_000)
    }
  }
  guard (try? other.start()) != nil else { return -1 }
  while !isHeld.withLock({ $0 }) { usleep(100) }
  destroyed.withLock { _ in }
  try? other.join()
  return Int32(ProcessBarrier.count)
}
