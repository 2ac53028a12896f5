import ArgumentParser
import Testing

@testable import lockstress

@Suite struct CommandTests {
  @Test func threadsAreSaidOrCounted() throws {
    #expect(try ThreadCount(threads: nil, oversubscription: nil, cpus: 2).value == 64)
    #expect(try ThreadCount(threads: 7, oversubscription: nil, cpus: 2).value == 7)
    #expect(try ThreadCount(threads: nil, oversubscription: 2, cpus: 1).value == 2)
    #expect(try ThreadCount(threads: nil, oversubscription: 64, cpus: 64).value == 4096)
  }

  @Test func tooManyThreadsForOversubscription() {
    #expect(throws: (any Error).self) { try ThreadCount(threads: nil, oversubscription: 64, cpus: 65) }
  }

  @Test(arguments: [
    (["--threads", "0"], "--threads must be between 1 and 4096, not 0"),
    (["--threads", "4097"], "--threads must be between 1 and 4096, not 4097"),
    (["--oversubscription", "1"], "--oversubscription must be between 2 and 64, not 1"),
    (["--oversubscription", "65"], "--oversubscription must be between 2 and 64, not 65"),
    (["--oversubscription", "2", "--threads", "4"], "leave out --threads"),
    (["--noise", "signals,drums"], "there is no noise 'drums'"),
    (["--locks", "Mutex,Gate"], "there is no lock 'Gate'"),
    (["--inject", "no-exclusion", "--locks", "Mutex"], "leave out --locks"),
    (["--duration", "1w"], "1w"),
  ])
  func refusesWithAReason(words: [String], reason: String) throws {
    let error = try #require(#expect(throws: (any Error).self) { try Command.parse(words) })
    #expect(Command.exitCode(for: error) == .validationFailure)
    #expect(Command.message(for: error).contains(reason))
  }
}
