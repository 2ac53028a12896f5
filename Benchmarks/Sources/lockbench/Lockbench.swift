import ArgumentParser
import BenchSupport
import CBenchSupport
import Foundation

@main
enum Lockbench {
  private enum Status {
    static let failure: Int32 = 1
    static let usage: Int32 = 64
    static let interrupted: Int32 = 130
  }

  static func main() {
    do {
      let arguments = try Arguments.parse()
      if arguments.list { print(Listing.text) } else { exit(try run(arguments)) }
    } catch let failure as OutputFile.Failure {
      fail("\(failure)", Status.usage)
    } catch {
      let code = Arguments.exitCode(for: error)
      guard code != .success else { Arguments.exit(withError: error) }
      let message =
        Arguments.message(for: error).split(separator: "\n").first.map { String($0) } ?? "\(error)"
      fail(message, code == .validationFailure ? Status.usage : Status.failure)
    }
  }

  private static func fail(_ message: String, _ status: Int32) -> Never {
    StandardError.write("lockbench: \(message)\n")
    exit(status)
  }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let choice = try arguments.choice()
    let json = try arguments.json.map { path throws(OutputFile.Failure) in try OutputFile(path: path) }
    let csv = try arguments.csv.map { path throws(OutputFile.Failure) in try OutputFile(path: path) }
    let seed = arguments.seed ?? UInt64.random(in: 0..<1_000_000)

    bench_note_interrupts()
    keepSecondThreadAsleep()
    let workUnit = WorkUnit.measure()
    let cpus = usableCPUs()
    let plan = Plan(
      choice.workloads, opponents: choice.opponents, window: choice.window, workUnit: workUnit, cpus: cpus)
    guard !plan.cells.isEmpty else {
      fail("nothing to measure: \(plan.omissions.joined(separator: "; "))", Status.usage)
    }
    let environment = Environment.current(cpus: cpus)
    let settings = Report.Settings(
      seed: seed, rounds: choice.rounds, windowNanoseconds: choice.window.count,
      workStepNanoseconds: workUnit.nanosecondsPerStep, estimatedSeconds: plan.seconds(rounds: choice.rounds))
    print(TextReport.header(environment, settings), terminator: "\n\n")
    fflush(nil)

    var progress = Progress(totalSeconds: settings.estimatedSeconds)
    var runner = Runner(plan, rounds: choice.rounds, seed: seed)
    let report = Report(environment, settings, plan, runner.run(&progress))
    print(TextReport.body(report))
    try json?.replaceContents(with: report.json())
    try csv?.replaceContents(with: report.csv())
    return status(of: report, smoke: arguments.smoke)
  }

  private static func status(of report: Report, smoke: Bool) -> Int32 {
    guard report.broken.isEmpty else { return Status.failure }
    guard !report.course.wasInterrupted else { return Status.interrupted }
    if smoke && !report.idle.isEmpty {
      fail("implausible, nothing was done in: \(report.idle.joined(separator: "; "))", Status.failure)
    }
    return 0
  }
}
