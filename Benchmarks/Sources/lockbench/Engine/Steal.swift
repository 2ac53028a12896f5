import Foundation

/// CPU time that the hypervisor took away from this machine, and all CPU time, in ticks.
struct StealReading {
  private let stolen: UInt64
  private let all: UInt64

  /// Nil where there is no readable /proc/stat.
  init?() {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
    self.init(procStat: text)
  }

  /// The first line: user nice system idle iowait irq softirq steal, then guest times, which user contains.
  init?(procStat text: String) {
    let fields = text.prefix { $0 != "\n" }.split(separator: " ")
    guard fields.first == "cpu", fields.count >= 9 else { return nil }
    let ticks = fields[1...8].compactMap { UInt64($0) }
    guard ticks.count == 8 else { return nil }
    stolen = ticks[7]
    all = ticks.reduce(0, +)
  }

  /// The part of all CPU time that was stolen from `earlier` until this reading.
  func share(since earlier: StealReading) -> Double {
    guard all > earlier.all, stolen > earlier.stolen else { return 0 }
    return Double(stolen - earlier.stolen) / Double(all - earlier.all)
  }
}
