import ArgumentParser
import BenchSupport
import CInterrupts

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@main
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lockstress",
    abstract: "Does random things to FastLock's locks with many threads and checks that they hold.",
    discussion: """
      Exit code: 0 if nothing was violated, 1 if something was, 64 if the arguments are wrong, 74 if what is to be \
      printed cannot be written. Ctrl-C ends the run early.
      """)

  @Option(help: "How long: 500ms, 10s, 5m, 1h.")
  var duration = DurationArgument.seconds(10)

  @Option(help: "The number of threads that use the locks (default: 64).")
  var threads: Int?

  @Option(help: ArgumentHelp("As many threads for each CPU instead, 2 to 64.", valueName: "factor"))
  var oversubscription: Int?

  @Option(help: "What all random choices follow from (default: another one each time).")
  var seed: UInt64?

  @Option(help: ArgumentHelp("The locks to stress (default: all).", valueName: "a,b"))
  var locks: NameList?

  @Option(
    help: ArgumentHelp(
      "Disturbances: \(Noise.names.joined(separator: ", ")) (default: none).", valueName: "a,b"))
  var noise: NameList?

  @Option(help: "How long a thread may make no step before that counts as a hang.")
  var stallLimit = DurationArgument.seconds(30)

  @Option(
    help: ArgumentHelp("Stress a lock with this fault instead, which must be found.", valueName: "fault"))
  var inject: Fault?

  @Flag(help: "List locks with their operations, disturbances and faults.")
  var list = false

  mutating func validate() throws {
    _ = try threadCount
    if inject != nil, locks != nil {
      throw ValidationError("--inject brings its own lock: leave out --locks")
    }
    _ = try selectedLocks
    _ = try selectedNoise
  }

  mutating func run() throws {
    if list {
      try Output.standardOutput.write(Self.listing + "\n")
      return
    }
    let noise = try selectedNoise
    let environment = StressEnvironment(
      seed: seed ?? UInt64.random(in: 0 ... .max), threads: try threadCount, cpus: usableCPUs(),
      locks: try selectedLocks, fault: inject)
    let command = commandLine(environment, noise)
    for signal in [SIGINT, SIGTERM] { interrupts_note(signal) }
    try Output.standardOutput.write(command + "\n")
    var run = StressRun(environment, duration: duration.duration, stallLimit: stallLimit.duration)
    let result = run.run(noise)
    let isReported = Self.publish(Report(result, command: command).text + "\n")
    // Without a look back: threads that hang, or that still hold what `exit` would destroy.
    _exit(!result.isClean ? 1 : isReported ? 0 : Self.cannotWrite)
  }

  // MARK: Output

  /// EX_IOERR of sysexits.h.
  private static let cannotWrite: Int32 = 74

  /// Where it cannot be printed it goes to standard error: there is no second run with this report.
  private static func publish(_ report: String) -> Bool {
    do {
      try Output.standardOutput.write(report)
      return true
    } catch {
      try? Output.standardError.write("\(report)lockstress: \(error)\n")
      return false
    }
  }

  // MARK: Arguments

  private var selectedLocks: [any LockUnderStress.Type] {
    get throws {
      if inject != nil { return [FaultyLockStress.self] }
      guard let locks else { return allLocks }
      if locks.names.isEmpty {
        throw ValidationError("--locks names no lock: \(Self.list(allLocks.map { $0.name }))")
      }
      return try locks.names.map { name in
        guard let type = allLocks.first(where: { $0.name.lowercased() == name.lowercased() }) else {
          throw ValidationError("there is no lock '\(name)': \(Self.list(allLocks.map { $0.name }))")
        }
        return type
      }
    }
  }

  private var selectedNoise: [Noise] {
    get throws { try noise.map { try Noise.selected(by: $0.names) } ?? [] }
  }

  private var threadCount: Int {
    get throws {
      try ThreadCount(threads: threads, oversubscription: oversubscription, cpus: usableCPUs().count).value
    }
  }

  private func commandLine(_ environment: StressEnvironment, _ noise: [Noise]) -> String {
    var words = [
      "lockstress --duration \(duration) --threads \(environment.threads) --seed \(environment.seed)"
    ]
    if let locks { words.append("--locks \(locks.names.joined(separator: ","))") }
    if !noise.isEmpty { words.append("--noise \(noise.map(\.rawValue).joined(separator: ","))") }
    if let inject { words.append("--inject \(inject.rawValue)") }
    return words.joined(separator: " ")
  }

  private static func list(_ names: [String]) -> String {
    names.joined(separator: ", ")
  }

  private static var listing: String {
    let kinds = allLocks.map { LockKind($0) }
    let locks = kinds.map { "  \($0.name): \(list($0.operations))" }
    return """
      locks and operations
      \(locks.joined(separator: "\n"))
      noise
        \(list(Noise.names))
      faults to inject
        \(list(Fault.allCases.map(\.rawValue)))
      """
  }

  // MARK: Entry

  /// As ArgumentParser does it, but what is wrong with the arguments is said in one line, and what cannot be printed is a
  /// failure.
  static func main() {
    do {
      var command = try parse()
      try command.run()
    } catch let failure as Output.Failure {
      give(up: "\(failure)", cannotWrite)
    } catch {
      if exitCode(for: error) == .success { say(fullMessage(for: error)) }
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      // A first line may be followed by a list of the values that are possible, one a line.
      let lines = message(for: error).split(separator: "\n")
      let values = lines.dropFirst().map { $0.drop { " -".contains($0) } }.joined(separator: ", ")
      give(up: "\(lines[0])\(values.isEmpty ? "" : " " + values)", ExitCode.validationFailure.rawValue)
    }
  }

  /// What was asked for instead of a run.
  private static func say(_ text: String) -> Never {
    do {
      try Output.standardOutput.write(text + "\n")
    } catch {
      give(up: "\(error)", cannotWrite)
    }
    exit(withError: nil)
  }

  private static func give(up reason: String, _ status: Int32) -> Never {
    try? Output.standardError.write("lockstress: \(reason)\n")
    exit(withError: ExitCode(status))
  }
}
