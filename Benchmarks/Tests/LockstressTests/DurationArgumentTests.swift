import Testing

@testable import lockstress

@Suite struct DurationArgumentTests {
  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("10s", .seconds(10)), ("2.5s", .milliseconds(2500)),
    ("90m", .seconds(5400)), ("1h", .seconds(3600)), ("0.5h", .seconds(1800)),
    ("8760h", .seconds(31_536_000)),
  ])
  func understandsEachUnit(text: String, duration: Duration) throws {
    let argument = try #require(DurationArgument(argument: text))
    #expect(argument.duration == duration)
    #expect(argument.description == text)
  }

  @Test(arguments: [
    "", "10", "h", "0s", "-1s", "+1s", "1d", "1 s", "1hm", "1e3s", "0x10s", "nans", "infs", "1..5s", "8761h",
  ])
  func refusesTheRest(text: String) {
    #expect(DurationArgument(argument: text) == nil)
  }
}
