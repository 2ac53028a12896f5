import BenchSupport
import Foundation

/// What is printed.
enum TextReport {
  static func header(_ environment: Environment, _ settings: Report.Settings) -> String {
    let window = Nanoseconds(settings.windowNanoseconds)
    var lines = [
      (
        "Machine",
        "\(environment.machine); \(environment.cpusUsable) of \(environment.cpusOnline) CPUs usable"
      ),
      ("Load", "\(Figures.fixed(environment.loadAverage, decimals: 2)) on average in the minute before"),
      ("System", "\(environment.kernel), \(environment.cLibrary)"),
      (
        "Built with",
        "Swift \(environment.swift), \(environment.isOptimized ? "release" : "DEBUG: figures mean nothing"); "
          + (["swift-nio \(environment.swiftNIO)"] + environment.optionalLibraries).joined(separator: ", ")
      ),
      ("Date", environment.date.formatted(.iso8601)),
      (
        "Run",
        "\(settings.rounds) \(settings.rounds == 1 ? "round" : "rounds"), window \(window), seed \(settings.seed), "
          + "about \(Figures.roughly(seconds: settings.estimatedSeconds))"
      ),
      ("Work", "one step takes \(Figures.threeDigits(settings.workStepNanoseconds)) ns"),
    ]
    if environment.cpusUsable == 1 {
      lines.append(
        ("Note", "one usable CPU: no two threads run at once, contended cells measure the scheduler"))
    }
    return lines.map { $0.0.padding(toLength: 12, withPad: " ", startingAt: 0) + $0.1 }.joined(
      separator: "\n")
  }

  static func body(_ report: Report) -> String {
    let measured = report.cells.filter { $0.opponents.contains { !$0.rounds.isEmpty } }
    var parts = measured.map { cell in
      let comparison = report.comparison.cells.first { $0.id == cell.id }.flatMap(ComparisonTable.render)
      return ([CellTable.render(cell)] + [comparison].compactMap { $0 }).joined(separator: "\n")
    }
    parts += overviews(measured)
    if let means = ComparisonTable.render(means: report.comparison) { parts.append(means) }
    if let mixtures = MixtureTable.render(report.mixtureStandings) { parts.append(mixtures) }
    parts.append(remarks(report))
    return parts.joined(separator: "\n\n")
  }

  // MARK: Overview

  /// Ratios of all throughput cells side by side, some cells at a time.
  private static func overviews(_ cells: [Report.Cell]) -> [String] {
    let contended = cells.filter { $0.table == .throughput }
    guard contended.count > 1 else { return [] }
    return stride(from: 0, to: contended.count, by: 6).map { first in
      let some = contended[first..<min(first + 6, contended.count)]
      var table = TextTable(header: [""] + some.map(\.id))
      var wasOwn = false
      for row in some[first].opponents {
        if row.isFastLock && !wasOwn { table.addRule() }
        wasOwn = row.isFastLock
        let ratios = some.map { cell in
          let same = cell.opponents.first { $0.id == row.id }
          let mark = cell.best == row.id ? "* " : ""
          return mark
            + (same.map { Figures.fixed(Statistics.median(cell.ratios(of: $0)), decimals: 2) } ?? "-")
        }
        table.add(["  " + row.name] + ratios)
      }
      return "Throughput as a multiple of pthread_mutex's, median of the rounds\n\(table.rendered())"
    }
  }

  // MARK: Remarks

  private static func remarks(_ report: Report) -> String {
    var lines = ["* best of the cell, by the ratio. How to read the columns: BENCHMARKS.md"]
    lines += noise(report)
    lines += starvation(report)
    lines += ComparisonTable.barriers(report.comparison)
    lines += MixtureTable.remarks(report)
    let course = report.course
    if course.repeatedBecauseOfSteal > 0 || course.keptInSpiteOfSteal > 0 {
      lines.append(
        "Stolen CPU time above \(Figures.fixed(Runner.tolerableSteal * 100, decimals: 0)) %: "
          + "\(course.repeatedBecauseOfSteal) repeated, \(course.keptInSpiteOfSteal) kept in spite of it.")
    } else {
      lines.append("No cell had to be repeated because of stolen CPU time.")
    }
    lines += course.omissions.map { "Not measured: \($0)." }
    if course.wasInterrupted {
      let done = report.cells.flatMap(\.opponents).map(\.rounds.count).reduce(0, +)
      let planned = report.cells.map { $0.opponents.count * $0.rounds }.reduce(0, +)
      lines.append("Interrupted: \(done) of \(planned) measurements were made.")
    }
    lines += report.broken.map { "BROKEN: \($0)." }
    return lines.joined(separator: "\n")
  }

  private static func noise(_ report: Report) -> [String] {
    let noise = report.noise
    guard let worstRound = noise.worstRound,
      let worst = noise.medians.max(by: { $0.deviation < $1.deviation })
    else { return [] }
    func percent(_ part: Double) -> String { "\(Figures.fixed(part * 100, decimals: 1)) %" }
    return [
      "Noise, by the control (A/A): medians differ by \(percent(Statistics.median(noise.medians.map(\.deviation)))) in "
        + "the middle cell, \(percent(worst.deviation)) in the worst",
      "(\(worst.cell)); single rounds by up to \(percent(worstRound)). Smaller differences between locks mean nothing.",
    ]
  }

  /// For windows that are long enough to say so.
  private static func starvation(_ report: Report) -> [String] {
    var longest: [String: (seconds: Double, cell: String)] = [:]
    var names: [String] = []
    for cell in report.cells where cell.threads > 1 {
      for row in cell.opponents {
        guard let seconds = row.rounds.compactMap(\.longestIdleSeconds).max() else { continue }
        if longest[row.name] == nil { names.append(row.name) }
        if seconds > longest[row.name]?.seconds ?? 0 { longest[row.name] = (seconds, cell.id) }
      }
    }
    guard !names.isEmpty else { return [] }
    let starved = names.filter { longest[$0].map { $0.seconds >= 1 } ?? false }
    let fed = names.filter { !starved.contains($0) }
    return starved.map { name in
      let (seconds, cell) = longest[name] ?? (0, "")
      return
        "Starved: a thread went up to \(Figures.fixed(seconds, decimals: 1)) s without \(name) (\(cell))."
    } + (fed.isEmpty ? [] : ["No thread starved for a second with: " + fed.joined(separator: ", ")])
  }
}
