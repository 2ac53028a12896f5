import BenchSupport
import Foundation
import Glibc

/// Where and with what a run was made.
struct Environment: Codable, Sendable {
  var machine: String
  var cpusUsable: Int
  var cpusOnline: Int
  var kernel: String
  var cLibrary: String
  var swift: String
  var swiftNIO: String
  /// Name and version of each library that need not be installed and was.
  var optionalLibraries: [String]
  var isOptimized: Bool
  /// Of the minute before the run: what else the machine was doing.
  var loadAverage: Double
  var date: Date

  static func current(cpus: [Int32]) -> Environment {
    var name = utsname()
    uname(&name)
    return Environment(
      machine: cpuModel(),
      cpusUsable: cpus.count,
      cpusOnline: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      kernel: "Linux \(text(&name.release)) \(text(&name.machine))",
      cLibrary: Versions.cLibrary,
      swift: Versions.swift,
      swiftNIO: Versions.swiftNIO,
      optionalLibraries: OptionalLock.all.compactMap(\.installed?.library),
      isOptimized: isOptimizedBuild,
      loadAverage: loadAverage(),
      date: Date())
  }

  private static func text<Bytes>(_ bytes: inout Bytes) -> String {
    withUnsafeBytes(of: &bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static func cpuModel() -> String {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown CPU"
  }

  private static func loadAverage() -> Double {
    var load = 0.0
    return getloadavg(&load, 1) == 1 ? load : .nan
  }

  private static var isOptimizedBuild: Bool {
    #if DEBUG
      false
    #else
      true
    #endif
  }
}
