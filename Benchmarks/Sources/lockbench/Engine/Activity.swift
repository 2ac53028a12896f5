import BenchSupport
import CBenchSupport

/// What a thread does for a while, with the lock or without it.
enum Activity: Sendable {
  case busy(steps: UInt32)
  case asleep(nanoseconds: UInt64)

  /// Returns the state that the work, if any, leaves.
  @inline(__always)
  func perform(on state: UInt64) -> UInt64 {
    switch self {
    case .busy(let steps):
      return bench_work(state, steps)
    case .asleep(let nanoseconds):
      bench_sleep(nanoseconds)
      return state
    }
  }
}

/// What one thread does in each of its operations, where sections are long.
struct SectionLoad: Sendable {
  var inside: Activity
  var outside: Activity
}

extension SectionLoad {
  init(_ contention: Workload.Contention, _ unit: WorkUnit) {
    inside =
      contention.sleepsInside
      ? .asleep(nanoseconds: contention.inside.count)
      : .busy(steps: unit.steps(nanoseconds: contention.inside.count))
    outside = .busy(steps: unit.steps(nanoseconds: contention.outside.count))
  }

  /// One a thread.
  static func loads(_ mixture: Mixture, _ unit: WorkUnit) -> [SectionLoad] {
    mixture.sections.map { section in
      SectionLoad(
        inside: section.isBusy
          ? .busy(steps: unit.steps(nanoseconds: section.nanoseconds))
          : .asleep(nanoseconds: section.nanoseconds),
        outside: mixture.outsideNanoseconds == 0
          ? .busy(steps: 0) : .asleep(nanoseconds: mixture.outsideNanoseconds))
    }
  }
}
