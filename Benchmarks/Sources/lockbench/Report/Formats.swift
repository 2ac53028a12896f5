import Foundation

extension Report {
  func json() -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try encoder.encode(self) + Data("\n".utf8)
    } catch {
      fatalError("a report of numbers and strings cannot be encoded: \(error)")
    }
  }

  /// One line per measurement.
  func csv() -> Data {
    var lines = [
      "cell,opponent,name,round,threads,seconds,operations,ns_per_op,ops_per_second,ratio_to_reference,jain,least_share,"
        + "starved_threads,longest_idle_s,cpu_ns_per_op,switches_per_op,process_barriers,barriers_per_10k_ops,"
        + "ratio_to_best_opponent,cpu_ratio_to_best_opponent,p50_ns,p99_ns,p999_ns,p9999_ns,max_ns,"
        + "voluntary_switches_per_op,longest_wait_ns,most_overtakings,intact"
    ]
    for cell in cells {
      let best = cell.bestOpponent
      for row in cell.opponents {
        for measurement in row.rounds { lines.append(csvLine(cell, row, measurement, best)) }
      }
    }
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  private func csvLine(_ cell: Cell, _ row: Row, _ measurement: Measurement, _ best: Row?) -> String {
    func number(_ value: Double?) -> String {
      guard let value, value.isFinite else { return "" }
      return "\(value)"
    }
    let reference = cell.reference?.rounds.first { $0.round == measurement.round }
    let competes = !measurement.operationsPerThread.isEmpty
    let latency = measurement.latency
    let fields: [String] = [
      cell.id, row.id, "\"\(row.name)\"", "\(measurement.round)", "\(cell.threads)",
      number(measurement.seconds),
      "\(measurement.operations)", number(measurement.nanosecondsPerOperation),
      number(measurement.operationsPerSecond),
      number(reference.map { cell.value(measurement) / cell.value($0) }),
      number(competes ? measurement.jainIndex : nil), number(competes ? measurement.leastShare : nil),
      competes ? "\(measurement.starvedThreads)" : "", number(measurement.longestIdleSeconds),
      number(measurement.cpuNanosecondsPerOperation), number(measurement.contextSwitchesPerOperation),
      "\(measurement.processBarriers)", number(measurement.barriersPer10000Operations),
      number(best.flatMap { row.ratio(measurement, to: $0, cell.value) }),
      number(best.flatMap { row.ratio(measurement, to: $0, \.cpuNanosecondsPerOperation) }),
      latency.map { "\($0.p50)" } ?? "", latency.map { "\($0.p99)" } ?? "",
      latency.map { "\($0.p999)" } ?? "",
      latency.map { "\($0.p9999)" } ?? "", latency.map { "\($0.maximum)" } ?? "",
      number(measurement.voluntarySwitchesPerOperation),
      measurement.waits.map { "\($0.longestNanoseconds)" } ?? "",
      measurement.waits.map { "\($0.mostOvertakings)" } ?? "", "\(measurement.isIntact)",
    ]
    return fields.joined(separator: ",")
  }
}
