import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Contention in a process that gets one millisecond of CPU time in five, of all CPUs together.
///
/// By a cgroup where one can be made, which needs privileges. Elsewhere SIGSTOP and SIGCONT do the same: all threads
/// stand still for four milliseconds in five.
func contentionUnderQuota() throws {
  guard let group = QuotaGroup(microseconds: 1_000, per: 5_000) else {
    return try contend(
      under: "quota-by-stops", stops: leastPeriods, running: 1_000...1_000, stopped: 4_000...4_000)
  }
  let process: ChildProcess
  do {
    defer { group.remove() }
    process = try ChildProcess.run(siblingExecutable("fault-probe"), ["quota-of-group", group.directory])
  }
  mark(process.output)
  check(process.succeeded, "the process under the quota ended well")
}

private let leastPeriods = 20

/// Contention in the cgroup whose directory is the argument.
func contentionInGroup() throws {
  let group = QuotaGroup(directory: scenarioArguments.joined())
  check(group.join(), "a process can be put into the group")
  try contend(under: "quota") { _ in
    let former = group.throttledPeriods
    try waitUntil("the quota to be used up") { group.throttledPeriods >= former + leastPeriods }
    return group.throttledPeriods - former
  }
}

/// A cgroup whose processes get a share of CPU time: cgroups(7).
private struct QuotaGroup {
  let directory: String

  init(directory: String) {
    self.directory = directory
  }

  /// A new one, nil where none can be made.
  init?(microseconds quota: Int, per period: Int) {
    let settings: [(parent: String, values: [(file: String, value: String)])] = [
      ("/sys/fs/cgroup/cpu", [("cpu.cfs_period_us", "\(period)"), ("cpu.cfs_quota_us", "\(quota)")]),
      ("/sys/fs/cgroup", [("cpu.max", "\(quota) \(period)")]),
    ]
    for (parent, values) in settings {
      let directory = "\(parent)/fault-probe-\(getpid())"
      guard unsafe mkdir(directory, 0o755) == 0 else { continue }
      if values.allSatisfy({ overwrite("\(directory)/\($0.file)", with: $0.value) }) {
        self.directory = directory
        return
      }
      unsafe rmdir(directory)
    }
    return nil
  }

  func join() -> Bool { overwrite("\(directory)/cgroup.procs", with: "\(getpid())") }

  /// In how many periods somebody had to wait for the next.
  var throttledPeriods: Int {
    let key = "nr_throttled "
    let line = fileContents("\(directory)/cpu.stat").split(separator: "\n").first { $0.hasPrefix(key) }
    return line.flatMap { Int($0.dropFirst(key.count)) } ?? 0
  }

  /// Its processes have ended; the kernel may need a moment to see that.
  func remove() {
    try? waitUntil("the group to be empty") { unsafe rmdir(directory) == 0 }
  }
}

private func overwrite(_ path: String, with text: String) -> Bool {
  let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
  guard file >= 0 else { return false }
  defer { close(file) }
  return unsafe write(file, text, text.utf8.count) == text.utf8.count
}
