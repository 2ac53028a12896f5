@_spi(Measurement) import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private let count = Mutex(0)

/// Now and then the holder lets others sleep.
@_cdecl("increment")
public func increment() {
  count.withLock { value in
    let former = value
    if former % 64 == 0 { usleep(100) }
    value = former + 1
  }
}

/// How often ``increment()`` ran.
@_cdecl("total")
public func total() -> Int { count.withLock { $0 } }

/// How many process barriers this library's copy of FastLock has issued.
@_cdecl("barriers")
public func barriers() -> Int { ProcessBarrier.count }
