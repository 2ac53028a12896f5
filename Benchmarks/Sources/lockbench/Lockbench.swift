import ArgumentParser
import BenchSupport
import CBenchSupport
import CInterrupts
import Foundation

@main
enum Lockbench {
  enum Status {
    static let failure: Int32 = 1
    static let usage: Int32 = 64
    static let interrupted: Int32 = 130
  }

  static func main() {
    do {
      let arguments = try Arguments.parse()
      if arguments.list {
        say(Listing.text())
      } else {
        exit(try run(arguments))
      }
    } catch let failure as Output.Failure {
      fail("\(failure)", Status.usage)
    } catch {
      let code = Arguments.exitCode(for: error)
      guard code != .success else { say(Arguments.fullMessage(for: error)) }
      let message =
        Arguments.message(for: error).split(separator: "\n").first.map { String($0) } ?? "\(error)"
      fail(message, code == .validationFailure ? Status.usage : Status.failure)
    }
  }

  static func fail(_ message: String, _ status: Int32) -> Never {
    try? Output.standardError.write("lockbench: \(message)\n")
    exit(status)
  }

  /// What was asked for instead of a run.
  private static func say(_ text: String) -> Never {
    do {
      try Output.standardOutput.write(text + "\n")
    } catch {
      fail("\(error)", Status.failure)
    }
    exit(0)
  }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let choice = try arguments.choice()
    let json = try arguments.json.map { path throws(Output.Failure) in try Output(path: path) }
    let csv = try arguments.csv.map { path throws(Output.Failure) in try Output(path: path) }

    interrupts_note(SIGINT)
    keepSecondThreadAsleep()
    let workUnit = WorkUnit.measure()
    let cpus = usableCPUs()
    let plan = Plan(choice, workUnit: workUnit, cpus: cpus)
    guard !plan.cells.isEmpty else {
      fail("nothing to measure: \(plan.omissions.joined(separator: "; "))", Status.usage)
    }
    let environment = Environment.current(cpus: cpus)
    let settings = Report.Settings(
      seed: choice.seed, rounds: choice.rounds, windowNanoseconds: choice.window.count,
      workStepNanoseconds: workUnit.nanosecondsPerStep, estimatedSeconds: plan.seconds(rounds: choice.rounds))
    try Output.standardOutput.write(TextReport.header(environment, settings) + "\n\n")

    var progress = Progress(totalSeconds: settings.estimatedSeconds)
    var runner = Runner(plan, rounds: choice.rounds, seed: choice.seed)
    let report = Report(environment, settings, plan, runner.run(&progress))
    // Each is tried, whatever became of the others: there is no second run with these figures.
    let failures = [
      failure { () throws(Output.Failure) in try publish(TextReport.body(report) + "\n") },
      failure { () throws(Output.Failure) in try json?.replaceContents(with: Array(report.json())) },
      failure { () throws(Output.Failure) in try csv?.replaceContents(with: Array(report.csv())) },
    ].compactMap { $0 }
    guard failures.isEmpty else {
      fail(failures.map(\.description).joined(separator: "; "), Status.failure)
    }
    return status(of: report, smoke: arguments.smoke)
  }

  /// Where it cannot be printed it goes to standard error.
  private static func publish(_ body: String) throws(Output.Failure) {
    do {
      try Output.standardOutput.write(body)
    } catch {
      try? Output.standardError.write(body)
      throw error
    }
  }

  private static func failure(_ body: () throws(Output.Failure) -> Void) -> Output.Failure? {
    do { try body() } catch { return error }
    return nil
  }

  private static func status(of report: Report, smoke: Bool) -> Int32 {
    guard report.broken.isEmpty else { return Status.failure }
    guard report.overtakenTooOften.isEmpty else { return Status.failure }
    guard !report.course.wasInterrupted else { return Status.interrupted }
    if smoke && !report.idle.isEmpty {
      fail("implausible, nothing was done in: \(report.idle.joined(separator: "; "))", Status.failure)
    }
    return 0
  }
}
