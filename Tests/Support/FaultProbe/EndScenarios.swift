/// What shows how threads end.
let endScenarios: [String: @Sendable () throws -> Void] = [
  "forced-ends": forceEnds,
  "forced-ends-detached": forceEndsOfDetachedThreads,
  "forced-end-of-report": cancelReport,
  "forced-end-after-body": cancelAfterBody,
  "end-and-keys": endAfterKeys,
  "dying": askWhileDying,
  "fork-while-dying": forkWhileDying,
  "fork-and-die": forkAndDie,
]
