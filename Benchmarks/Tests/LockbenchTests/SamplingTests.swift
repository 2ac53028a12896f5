import Testing

@testable import lockbench

@Suite struct IdleTimesTests {
  @Test func countFromTheSampleBeforeTheLastChange() {
    var idle = IdleTimes(start: 0, counts: [0, 0])
    idle.sample(at: 10, counts: [1, 1])
    idle.sample(at: 20, counts: [2, 1])
    idle.sample(at: 30, counts: [3, 1])
    idle.sample(at: 40, counts: [4, 2])
    idle.sample(at: 50, counts: [5, 3])
    #expect(idle.longest == [20, 40])
  }

  @Test func countToTheLastSample() {
    var idle = IdleTimes(start: 100, counts: [7])
    idle.sample(at: 110, counts: [7])
    idle.sample(at: 150, counts: [7])
    #expect(idle.longest == [50])
  }
}

@Suite struct StealTests {
  @Test func shareOfAllTime() throws {
    let before = try #require(StealReading(procStat: "cpu  10 0 10 70 0 0 0 10 5 0\ncpu0 1 2 3\n"))
    let after = try #require(StealReading(procStat: "cpu  60 0 10 100 0 0 0 30 5 0\n"))
    #expect(after.share(since: before) == 0.2)
    #expect(before.share(since: before) == 0)
    #expect(StealReading(procStat: "intr 1 2 3") == nil)
    #expect(StealReading(procStat: "cpu 1 2 3 4") == nil)
  }
}
