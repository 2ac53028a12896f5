/// Sees to it that every thread that has something to do goes on doing it.
struct Watchdog {
  private static let interval: UInt64 = 100_000_000
  /// More than this between two looks means that the process, or the machine, stood still.
  private static let longestStep: UInt64 = 500_000_000

  private let workers: [Worker]
  private let stallLimit: UInt64
  private var lastLook: UInt64
  private var seen: [Int]
  private var quiet: [UInt64]

  init(_ workers: [Worker], stallLimit: Duration, now: UInt64) {
    self.workers = workers
    self.stallLimit = stallLimit.wholeNanoseconds
    lastLook = now
    seen = workers.map(\.progress)
    quiet = workers.map { _ in 0 }
  }

  /// False once some thread has made no step for the stall limit.
  mutating func isContent(at now: UInt64) -> Bool {
    guard now - lastLook >= Self.interval else { return true }
    let step = min(now - lastLook, Self.longestStep)
    lastLook = now
    for (index, worker) in workers.enumerated() {
      let progress = worker.progress
      quiet[index] = worker.activity != nil && progress == seen[index] ? quiet[index] + step : 0
      seen[index] = progress
    }
    return quiet.allSatisfy { $0 < stallLimit }
  }

  /// Who waits for what, and who is in the way.
  func describe(_ round: Round) -> [String] {
    let threads = workers.indices.compactMap { index -> String? in
      let worker = workers[index]
      guard let activity = worker.activity else { return nil }
      let instance = round.instances[activity.instance]
      let operation = instance.kind.operations[activity.operation]
      let state = worker.isInside ? "is inside" : "waits at"
      return "\(worker.name) \(state) \(instance.name) in '\(operation)', "
        + "no step for \(formatSeconds(quiet[index]))"
    }
    let locks = round.instances.map { instance in
      "\(instance.name) is \(instance.isLocked ? "locked" : "unlocked")"
        + (instance.holderIndex.map { ", \(workers[$0].name) inside" } ?? ", nobody inside")
    }
    return threads + locks
  }
}
