import BenchSupport
import Testing

@Suite struct StatisticsTests {
  @Test func medianOfOddAndEvenCounts() {
    #expect(Statistics.median([3, 1, 2]) == 2)
    #expect(Statistics.median([4, 1, 2, 3]) == 2.5)
    #expect(Statistics.median([7]) == 7)
    #expect(Statistics.median([]).isNaN)
  }

  @Test func geometricMeanIsThatOfRatios() {
    #expect(abs(Statistics.geometricMean([0.5, 8]) - 2) < 1e-12)
    #expect(abs(Statistics.geometricMean([3]) - 3) < 1e-12)
    #expect(Statistics.geometricMean([]).isNaN)
  }

  @Test func jainIndexRangesFromOneOverCountToOne() {
    #expect(Statistics.jainIndex([5, 5, 5, 5]) == 1)
    #expect(Statistics.jainIndex([8, 0, 0, 0]) == 0.25)
    #expect(Statistics.jainIndex([0, 0]).isNaN)
  }

  @Test func generatorRepeatsItselfForASeed() {
    var one = SplitMix64(seed: 42)
    var other = SplitMix64(seed: 42)
    var third = SplitMix64(seed: 43)
    let numbers = (0..<8).map { _ in one.next() }
    #expect(numbers == (0..<8).map { _ in other.next() })
    #expect(numbers != (0..<8).map { _ in third.next() })
    #expect(Set(numbers).count == 8)
  }
}
