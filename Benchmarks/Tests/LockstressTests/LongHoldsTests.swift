import CStressSupport
import Testing

@testable import lockstress

@Suite struct LongHoldsTests {
  @Test func oneHolderHoldsForMilliseconds() throws {
    let holds = LongHolds()
    var random = RandomSource(seed: 1, stream: 0)
    #expect(holds.holdIfDue(&random) == nil)
    holds.disturb(&random, until: StopSignal())
    let start = stress_now()
    let length = try #require(holds.holdIfDue(&random))
    #expect(length >= 1_000_000)
    #expect(stress_now() - start >= length)
    #expect(holds.holdIfDue(&random) == nil)
    #expect(holds.accounts.map(\.text) == ["holds of 1 to 20 ms: 1"])
  }
}
