import TestSupport
import Threads

/// Joins threads, with and without a limit, while system calls begin to fail as the rules say that are the arguments.
func joinsUnderFaults() throws {
  let leastFaults = 100
  let limit = Duration.microseconds(200)
  let began = monotonicNow()
  let faults = InjectedFaults(scenarioArguments)
  var (joined, lost) = (0, 0)
  repeat {
    if joined == 10 { faults.turn(true) }
    let number = joined
    let thread = JoinableThread {
      nap(.milliseconds(1))
      return number
    }
    try thread.start()
    var result: Int?
    if joined.isMultiple(of: 2) {
      result = try thread.join()
    } else {
      repeat {
        let start = monotonicNow()
        result = try thread.join(within: limit)
        if result == nil, monotonicNow() - start < limit { lost += 1 }
      } while result == nil
    }
    if result != number { lost += 1 }
    joined += 1
  } while faults.injected < leastFaults
  let fault = "joins:\(scenarioArguments.joined(separator: ","))"
  tell(fault, injected: faults.injected, survived: joined, lost: lost, since: began)
}
