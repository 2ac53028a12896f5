/// What is to be survived, or to end in a trap.
let faultScenarios: [String: @Sendable () throws -> Void] = [
  "contention": contention,
  "time-outs": timeOuts,
  "interruptible-wait": interruptibleWait,
  "sleep": sleepForEver,
  "sleep-limited": sleepForAnHour,
  "sleep-interruptibly": sleepInterruptibly,
  "join": joinForEver,
  "wake": wakeNobody,
  "membarriers": refusedMembarriers,
  "stops": stopsDuringContention,
  "quota": contentionUnderQuota,
  "one-cpu": contentionOnOneCPU,
  "left-with-one-cpu": contentionLeftWithOneCPU,
  "joins": joinsUnderFaults,
  "start-fails": startFails,
  "starts-begin-to-fail": startsBeginToFail,
]
