import Testing

@testable import lockstress

@Suite struct AccountTests {
  @Test func sumsCountsAndKeepsTheLongest() {
    var sum = Account([LockKind(RawMutexStress.self)])
    var other = sum
    sum.kinds[0].operations[0].count(.performed)
    sum.kinds[0].operations[0].noteWait(30)
    sum.kinds[0].holds = 1
    other.kinds[0].operations[0].count(.performed)
    other.kinds[0].operations[0].count(.refused)
    other.kinds[0].operations[0].noteWait(20)
    other.kinds[0].operations[1].noteWait(5)
    other.kinds[0].holds = 2
    other.kinds[0].noteLongHold(7)
    other.kinds[0].noteLongHold(6)
    sum.kinds[0].noteOvertaking(Overtaking.Finding(overtaken: 3, allowed: 4))
    other.kinds[0].noteOvertaking(Overtaking.Finding(overtaken: 0, allowed: 8))
    other.kinds[0].noteOvertaking(Overtaking.Finding(overtaken: 5, allowed: 8))

    sum.add(other)
    let kind = sum.kinds[0]
    #expect(kind.operations[0][.performed] == 2)
    #expect(kind.operations[0][.refused] == 1)
    #expect(kind.operations[0][.interrupted] == 0)
    #expect(kind.operations[0].longestWait == 30)
    #expect(kind.operations[1].longestWait == 5)
    #expect(kind.operations[2].longestWait == nil)
    #expect(kind.holds == 3)
    #expect(kind.longHolds == 2)
    #expect(kind.longestHold == 7)
    #expect(kind.judgedWaits == 3)
    #expect(kind.mostOvertaken?.overtaken == 3)
    #expect(kind.mostOvertaken?.allowed == 4)
  }
}
