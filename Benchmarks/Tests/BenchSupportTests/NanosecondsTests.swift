import BenchSupport
import Testing

@Suite struct NanosecondsTests {
  @Test(
    arguments: [
      ("200ms", 200_000_000), ("3s", 3_000_000_000), ("1.5s", 1_500_000_000), ("50us", 50_000), ("7ns", 7),
      ("2min", 120_000_000_000), ("0s", 0),
    ] as [(String, UInt64)])
  func parses(text: String, count: UInt64) {
    #expect(Nanoseconds(text)?.count == count)
  }

  @Test(arguments: [
    "", "3", "s", "3 s", "-3s", "3sec", "1.2.3s", ".5s", "1e3s", "nan", "99999999999999s", "٣s",
  ])
  func refuses(text: String) {
    #expect(Nanoseconds(text) == nil)
  }

  @Test(arguments: [(0, "0"), (100, "100ns"), (1_000, "1us"), (1_500, "1500ns"), (3_000_000_000, "3s")])
  func describes(count: UInt64, text: String) {
    #expect(Nanoseconds(count).description == text)
  }
}
