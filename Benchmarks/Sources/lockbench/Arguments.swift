import ArgumentParser
import BenchSupport
import Foundation

/// The command line.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lockbench",
    abstract: "Measures FastLock's locks against those that a Swift engineer on Linux would otherwise pick.",
    discussion: """
      Without arguments: the core table, in less than two minutes. All opponents of a cell are measured within the same \
      round, in random order; figures are medians of the rounds. BENCHMARKS.md says how to read them.
      """)

  @Flag(help: "List workloads and opponents and exit.")
  var list = false

  @Flag(help: "The whole matrix of threads, critical sections and outside work, and acquisition latencies.")
  var full = false

  @Flag(help: "A few seconds, to see that everything works; fails if a figure is implausible.")
  var smoke = false

  @Option(help: "Only these opponents, with commas between; the reference and its control always take part.")
  var opponents: Names?

  @Option(
    help:
      "Only these workloads or sets, with commas between; also other contentions: 8t-500ns-2us, latency-8t-0-0."
  )
  var workloads: Names?

  @Option(help: "Only the contended workloads, with these numbers of threads instead, with commas between.")
  var threads: Names?

  @Option(
    help:
      "Window of each measurement, such as 200ms or 3s; prolonged where threads would not get two time slices."
  )
  var duration: String?

  @Option(help: "How often everything is measured.")
  var rounds: Int?

  @Option(help: "Seed of the order of measurements, and of the mixtures.")
  var seed: UInt64?

  @Option(help: "Write everything measured to this file, as JSON.")
  var json: String?

  @Option(help: "Write everything measured to this file, as CSV.")
  var csv: String?

  struct Names: ExpressibleByArgument {
    let names: [String]
    init?(argument: String) {
      names = argument.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }
  }

  func validate() throws {
    if full && smoke { throw ValidationError("--full and --smoke exclude each other") }
    if let json, json == csv { throw ValidationError("--json and --csv name the same file") }
    _ = try choice()
  }

  /// The arguments, checked and completed.
  struct Choice: Equatable {
    var workloads: [Workload]
    var opponents: Set<String>?
    var window: Nanoseconds
    var rounds: Int
    var seed: UInt64
    /// Whether that window and so many rounds were asked for, and cells of long sections do not choose their own.
    var isWindowForAll: Bool
    var areRoundsForAll: Bool
  }

  func choice() throws(ValidationError) -> Choice {
    let rounds = rounds ?? (smoke ? 1 : 5)
    guard (1...10_000).contains(rounds) else {
      throw ValidationError("--rounds \(rounds): from 1 to 10000")
    }
    let seed = seed ?? UInt64.random(in: 0..<1_000_000)
    return Choice(
      workloads: try chosenWorkloads(seed), opponents: try chosenOpponents(), window: try chosenWindow(),
      rounds: rounds, seed: seed,
      isWindowForAll: smoke || duration != nil, areRoundsForAll: smoke || self.rounds != nil)
  }

  private func chosenWindow() throws(ValidationError) -> Nanoseconds {
    guard let duration else { return Nanoseconds(smoke ? 20_000_000 : 100_000_000) }
    guard let window = Nanoseconds(duration) else {
      throw ValidationError("--duration \(duration): a number and a unit, such as 200ms or 3s")
    }
    guard (1_000_000...3_600_000_000_000).contains(window.count) else {
      throw ValidationError("--duration \(duration): from 1ms to 60min")
    }
    return window
  }

  private func chosenOpponents() throws(ValidationError) -> Set<String>? {
    guard let opponents else { return nil }
    let known = Registry.ids
    for name in opponents.names where !known.contains(name) {
      throw ValidationError("unknown opponent '\(name)'; known: \(known.joined(separator: ", "))")
    }
    return Set(opponents.names)
  }

  private func chosenWorkloads(_ seed: UInt64) throws(ValidationError) -> [Workload] {
    var chosen = full ? Workload.full : Workload.core
    if let workloads {
      chosen = []
      for name in workloads.names {
        guard let named = Workload.set(name, seed: seed) ?? Workload(id: name, seed: seed).map({ [$0] })
        else {
          throw ValidationError("unknown workload '\(name)'; --list shows them")
        }
        chosen += named.filter { !chosen.contains($0) }
      }
    }
    guard let threads else { return chosen }
    var changed: [Workload] = []
    for text in threads.names {
      guard let count = Int(text), (1...Workload.Contention.mostThreads).contains(count) else {
        throw ValidationError("--threads \(text): numbers from 1 to \(Workload.Contention.mostThreads)")
      }
      for workload in chosen {
        guard let other = workload.with(threads: count), !changed.contains(other) else { continue }
        changed.append(other)
      }
    }
    guard !changed.isEmpty else {
      throw ValidationError("--threads: none of the workloads is a contended one")
    }
    return changed
  }
}

extension Arguments.Choice {
  /// Sections of every thread that a window has room for.
  private static let turns: UInt64 = 8
  private static let leastLongWindow: UInt64 = 1_000_000_000
  private static let leastMixtureWindow: UInt64 = 3_000_000_000

  func window(for workload: Workload) -> Nanoseconds {
    guard !isWindowForAll, let sum = workload.sumOfSections else { return window }
    let least = workload.table == .mixture ? Self.leastMixtureWindow : Self.leastLongWindow
    return Nanoseconds(max(least, Self.turns * sum.count))
  }

  /// Long windows are measured once, so that they do not make up most of a run.
  func mostRounds(for workload: Workload) -> Int {
    areRoundsForAll || workload.sumOfSections == nil ? rounds : 1
  }
}
