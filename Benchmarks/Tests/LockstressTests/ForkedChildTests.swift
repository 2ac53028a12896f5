import CStressSupport
import Testing

@testable import lockstress

/// What a child finds, shown by locks that answer as they are told.
@Suite struct ForkedChildTests {
  private func finding(_ lock: ScriptedLock) throws -> (ForkedChild.Finding?, stress_child_account) {
    let account = try #require(stress_make_child_account())
    var child = ForkedChild(account: account, random: RandomSource(seed: 1, stream: 0))
    return (child.use(lock), account.pointee)
  }

  @Test func nothingIsWrongWithALockThatStaysHeld() throws {
    let (finding, account) = try finding(ScriptedLock(tries: [false], waits: [false]))
    #expect(finding == nil)
    #expect((account.free, account.held, account.opened) == (0, 1, 0))
  }

  @Test func nothingIsWrongWithAFreeLock() throws {
    let (finding, account) = try finding(ScriptedLock(tries: [true], waits: [true], blocks: true))
    #expect(finding == nil)
    #expect((account.free, account.held, account.opened) == (1, 0, 0))
  }

  @Test func nothingIsWrongWithALockThatItCanOpen() throws {
    let (finding, account) = try finding(ScriptedLock(tries: [false, true], waits: [false], opens: true))
    #expect(finding == nil)
    #expect((account.free, account.held, account.opened) == (0, 1, 1))
  }

  @Test func findsAHeldLockTaken() throws {
    #expect(try finding(ScriptedLock(tries: [false], waits: [true])).0 == .tookHeld)
  }

  @Test func findsAWaitThatEndsEarly() throws {
    let lock = ScriptedLock(tries: [false], waits: [false], isPatient: false)
    let account = try #require(stress_make_child_account())
    var child = ForkedChild(
      account: account, random: RandomSource(seed: 3, stream: 0), longestWaitNanoseconds: .max)
    #expect(child.use(lock) == .gaveUpEarly)
    // Longer than the test could take.
    #expect(lock.limit > .seconds(3600))
  }

  @Test func findsAFreeLockRefused() throws {
    #expect(try finding(ScriptedLock(tries: [true], waits: [true], blocks: false)).0 == .refusedFree)
    #expect(try finding(ScriptedLock(tries: [true], waits: [false], blocks: true)).0 == .refusedFree)
  }

  @Test func findsALockThatCannotBeOpened() throws {
    #expect(try finding(ScriptedLock(tries: [false], waits: [false], opens: false)).0 == .refusedOpening)
    #expect(
      try finding(ScriptedLock(tries: [false, false], waits: [false], opens: true)).0 == .stillHeld)
  }
}

private final class ScriptedLock: LockUnderStress {
  enum Operation: String, CaseIterable, Sendable { case none }

  static let name = "ScriptedLock"

  static func updates(_ operation: Operation) -> Bool { true }

  private nonisolated(unsafe) var tries: [Bool] = []
  private nonisolated(unsafe) var waits: [Bool] = []
  private(set) nonisolated(unsafe) var limit = Duration.zero
  private let blocks: Bool
  private let opens: Bool?
  private let isPatient: Bool

  init(tries: [Bool], waits: [Bool], blocks: Bool = true, opens: Bool? = nil, isPatient: Bool = true) {
    (self.tries, self.waits, self.blocks, self.opens, self.isPatient) = (
      tries, waits, blocks, opens, isPatient
    )
  }

  convenience init(_ environment: StressEnvironment) {
    self.init(tries: [], waits: [])
  }

  func pass(_ patience: Patience) -> Bool {
    switch patience {
    case .none: return tries.removeFirst()
    case .unlimited: return blocks
    case .limited(let limit):
      self.limit = limit
      let end = stress_now() + limit.wholeNanoseconds
      while isPatient, stress_now() < end {}
      return waits.removeFirst()
    }
  }

  func openAfterFork(_ random: inout RandomSource) -> Bool? { opens }
  func perform(_ operation: Operation, by worker: Worker) -> Outcome { .performed }
  func discrepancies(updates: UInt64) -> [String] { [] }
  var isLocked: Bool { false }
  var holderIndex: Int? { nil }
}
