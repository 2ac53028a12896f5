/// What shows what runs on which stack.
let stackScenarios: [String: @Sendable () throws -> Void] = [
  "foreign-stacks": startOnForeignStacks
]
