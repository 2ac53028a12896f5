import Testing

@testable import lockstress

@Suite struct AcquisitionTimesTests {
  private func times(_ noted: [UInt64], room: Int = 8) -> AcquisitionTimes {
    let times = AcquisitionTimes(room: room)
    for time in noted { times.note(time) }
    return times
  }

  @Test func countsWhatCameAfterForCertain() {
    let times = times([10, 20, 30, 40])
    // What is noted at 10 may have been acquired at any time before.
    #expect(times.acquisitions(after: 0) == 3)
    #expect(times.acquisitions(after: 10) == 3)
    #expect(times.acquisitions(after: 11) == 2)
    #expect(times.acquisitions(after: 30) == 1)
    #expect(times.acquisitions(after: 40) == 0)
    #expect(times.acquisitions(after: 41) == 0)
  }

  @Test func nothingCameBeforeTheFirst() {
    #expect(times([]).acquisitions(after: 0) == 0)
  }

  @Test func aTimeThatIsNotYetVisibleAddsNothing() {
    #expect(times([10, 20, 30, 0]).acquisitions(after: 5) == 3)
    #expect(times([10, 20, 0, 0]).acquisitions(after: 15) <= 2)
    #expect(times([10, 20, 30, 0]).acquisitions(after: 35) == 0)
  }

  @Test func notesNoMoreThanThereIsRoomFor() {
    #expect(times([10, 20, 30, 40], room: 3).acquisitions(after: 0) == 2)
  }
}
