import TestSupport
import Testing
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The stack size is one value for the process: these tests run one after the other.
@Suite(.serialized) struct StackSizeTests {
  @Test(arguments: [Int.min, -1, 1, 4096, 32_767])
  func anInvalidSizeThrowsAndChangesNothing(size: Int) throws {
    let former = try setThreadStackSize(65_536)
    #expect(throws: ThreadError.invalidStackSize) { try setThreadStackSize(size) }
    #expect(threadStackSize() == 65_536)
    #expect(try setThreadStackSize(former) == 65_536)
    #expect(threadStackSize() == former)
  }

  @Test(arguments: [32_768, 32_769, 1_000_000, 1 << 50, Int.max])
  func aValidSizeIsKeptAsItWasSet(size: Int) throws {
    let former = try setThreadStackSize(size)
    #expect(threadStackSize() == size)
    try setThreadStackSize(former)
  }

  @Test func zeroIsThePlatformsDefault() throws {
    #expect(threadStackSize() == 0)
    let byDefault = try stackSize(nil)
    #expect(try stackSize(0) == byDefault)
    #expect(byDefault > 1_000_000)
  }

  @Test(arguments: [32_768, 32_769, 1_000_000])
  func aThreadHasTheSize(size: Int) throws {
    // The C library may give it a stack that it kept, of up to four times the size with its guard.
    let sizes = size...4 * (size + 2 * page)
    #expect(sizes.contains(try stackSize(size)))
    let former = try setThreadStackSize(size)
    #expect(sizes.contains(try stackSize(nil)))
    try setThreadStackSize(former)
  }

  @Test func sizesAreRoundedUpToPages() {
    for (size, pages) in [(1, 1), (page - 1, 1), (page, 1), (page + 1, 2), (3 * page, 3)] {
      #expect(StackSize.roundedToPages(size) == pages * page)
    }
    #expect(StackSize.roundedToPages(.max) == Int.max / page * page)
  }

  @Test(arguments: [1 << 50, Int.max])
  func aSizeThatCannotBeHadFailsAtStart(size: Int) throws {
    let former = try setThreadStackSize(size)
    let failure = #expect(throws: ThreadError.self) { try startNewThread {} }
    guard case .cannotStart = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    try setThreadStackSize(former)
  }

  private let page = sysconf(CInt(_SC_PAGESIZE))

  /// The size of the stack of a thread started with `size`.
  private func stackSize(_ size: Int?) throws -> Int {
    let thread = JoinableThread(stackSize: size) { currentStackSize() }
    try thread.start()
    return try thread.join()
  }
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
