import Testing
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What of stack sizes needs no process of its own; see "stack-sizes" in ``ProbeTests``.
@Suite struct StackSizeTests {
  private let page = sysconf(CInt(_SC_PAGESIZE))

  @Test func sizesAreRoundedUpToPages() {
    for (size, pages) in [(1, 1), (page - 1, 1), (page, 1), (page + 1, 2), (3 * page, 3)] {
      #expect(StackSize.roundedToPages(size) == pages * page)
    }
    #expect(StackSize.roundedToPages(.max) == Int.max / page * page)
  }
}
