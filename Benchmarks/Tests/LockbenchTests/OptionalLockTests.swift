import Testing

@testable import lockbench

@Suite struct OptionalLockTests {
  private let there = OptionalLock(
    id: "there", package: "libthere-dev",
    installed: OptionalLock.Installed(
      opponent: Opponent(id: "there", name: "there", cells: MutexCells(PthreadMutex.self)), library: "there 1"
    ))
  private let absent = OptionalLock(id: "absent", package: "libabsent-dev", installed: nil)

  @Test func takePartWhereTheyAreInstalledAndOnlyThere() {
    for lock in OptionalLock.all {
      #expect(Registry.ids.contains(lock.id) == (lock.installed != nil))
    }
  }

  @Test func theListingSaysWhatIsMissing() throws {
    let lines = Listing.text(optionalLocks: [there, absent]).split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix("Not built in") })
    #expect(line.contains("absent") && line.contains("libabsent-dev"))
    #expect(!line.contains("there"))
    #expect(!Listing.text(optionalLocks: [there]).contains("Not built in"))
  }

  @Test func theLineAboutAllThatMayBeMissingIsShort() throws {
    let none = OptionalLock.all.map { OptionalLock(id: $0.id, package: $0.package, installed: nil) }
    let lines = Listing.text(optionalLocks: none).split(separator: "\n")
    #expect(try #require(lines.first { $0.hasPrefix("Not built in") }).count <= 120)
  }

  @Test func theHeaderNamesTheirVersions() {
    var environment = Environment.current(cpus: [0])
    #expect(environment.optionalLibraries == OptionalLock.all.compactMap(\.installed?.library))
    environment.optionalLibraries = ["there 1", "here 2"]
    let settings = Report.Settings(
      seed: 1, rounds: 1, windowNanoseconds: 1, workStepNanoseconds: 1, estimatedSeconds: 1)
    #expect(TextReport.header(environment, settings).contains(", there 1, here 2\n"))
  }
}
