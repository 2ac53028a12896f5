/// What fault-probe or seccomp-launcher tells of a fault, on a line of its own: `fault NAME COUNT=NUMBER...`.
///
/// A probe tells how often the fault was `injected`, how many operations `survived` it, and, as `lost`, how many did not
/// do what they promise: an increment that is missing, a wait that ended early, a capture that was not released.
package struct FaultReport: Sendable, CustomStringConvertible {
  package let name: String
  private let counts: [(key: String, value: Int)]

  package init(_ name: String, injected: Int, survived: Int, lost: Int, since start: Duration) {
    self.name = name
    counts = [
      ("injected", injected), ("survived", survived), ("lost", lost),
      ("milliseconds", Int((monotonicNow() - start) / .milliseconds(1))),
    ]
  }

  package init?(line: Substring) {
    let words = line.split(separator: " ")
    guard words.count > 2, words[0] == "fault" else { return nil }
    name = String(words[1])
    counts = words[2...].compactMap { word in
      let sides = word.split(separator: "=")
      guard sides.count == 2, let value = Int(sides[1]) else { return nil }
      return (String(sides[0]), value)
    }
    guard counts.count == words.count - 2 else { return nil }
  }

  package subscript(_ key: String) -> Int? { counts.first { $0.key == key }?.value }

  package var description: String {
    (["fault", name] + counts.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
  }
}

extension ChildProcess {
  package var faultReports: [FaultReport] {
    output.split(separator: "\n").compactMap(FaultReport.init(line:))
  }

  /// How often seccomp-launcher let the calls of its first rule fail.
  package var launcherInjections: Int { faultReports.last { $0["calls"] != nil }?["injected"] ?? 0 }

  /// What keeps this from being a probe that survived: that it failed, that it did not tell of so many faults, or that
  /// one of them was not injected so often, was not survived so often, or lost something.
  package func shortcomings(faults: Int, injected: Int = 0, survived: Int) -> [String] {
    let reports = faultReports.filter { $0["calls"] == nil }
    var shortcomings = reports.filter { report in
      report["injected"] ?? -1 < injected || report["survived"] ?? -1 < survived || report["lost"] != 0
    }.map(\.description)
    if reports.count != faults { shortcomings.append("\(reports.count) faults are told of") }
    if !succeeded { shortcomings.append(description) }
    return shortcomings
  }
}
