import BenchSupport
import Testing

@Suite struct FiguresTests {
  @Test(
    arguments: [
      (0, "0"), (1234.5, "1235"), (99.96, "100"), (99.94, "99.9"), (9.994, "9.99"), (9.996, "10.0"),
      (0.123_45, "0.123"),
      (0.012_345, "0.0123"), (0.000_000_01, "0.000000"), (-2.5, "-2.50"), (.infinity, "-"), (.nan, "-"),
    ] as [(Double, String)])
  func threeSignificantDigits(value: Double, text: String) {
    #expect(Figures.threeDigits(value) == text)
  }

  @Test func fixedDecimals() {
    #expect(Figures.fixed(1.005, decimals: 0) == "1")
    #expect(Figures.fixed(0.05, decimals: 1) == "0.1")
    #expect(Figures.fixed(12.03, decimals: 2) == "12.03")
    #expect(Figures.fixed(-0.001, decimals: 2) == "0.00")
  }

  @Test func roughTimes() {
    #expect(Figures.roughly(seconds: 44.2) == "45 s")
    #expect(Figures.roughly(seconds: 600) == "10 min")
  }
}
