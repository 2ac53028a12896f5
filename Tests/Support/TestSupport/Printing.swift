import CTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Ends the process with `status`, or, where what it has printed is lost, with a reason and 74: EX_IOERR of sysexits.h.
package func exitHavingPrinted(_ status: CInt) -> Never {
  guard !test_is_printed() else { exit(status) }
  let reason = "cannot write standard output\n"
  _ = unsafe write(STDERR_FILENO, reason, reason.utf8.count)
  exit(74)
}
