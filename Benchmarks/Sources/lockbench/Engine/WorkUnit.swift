import BenchSupport
import CBenchSupport

/// What one step of work costs on this machine.
struct WorkUnit: Sendable {
  let nanosecondsPerStep: Double

  /// The fastest of many short runs: what slows a run down is never the work itself.
  static func measure() -> WorkUnit {
    let steps: UInt32 = 20_000
    var value: UInt64 = 1
    var fastest = UInt64.max
    for _ in 0..<400 {
      let start = bench_now()
      value = bench_work(value, steps)
      fastest = min(fastest, bench_now() - start)
    }
    keep(value)
    return WorkUnit(nanosecondsPerStep: Double(fastest) / Double(steps))
  }

  func steps(nanoseconds: UInt64) -> UInt32 {
    nanoseconds == 0 ? 0 : max(1, UInt32((Double(nanoseconds) / nanosecondsPerStep).rounded()))
  }
}

/// Uses a result, so that the work that made it is not optimised away.
@inline(never) @_optimize(none)
func keep(_ value: UInt64) {}
