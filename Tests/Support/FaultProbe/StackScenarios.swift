/// What shows what runs on which stack.
let stackScenarios: [String: @Sendable () throws -> Void] = [
  "body-stacks": useWholeStacks,
  "narrow-stacks": startOnNarrowStacks,
  "foreign-stacks": startOnForeignStacks,
  "deep-errors": reportDeepErrors,
  "deep-errors-handled": handleDeepErrors,
  "deep-errors-dropped": dropDeepErrors,
  "describing": describeWithEverything,
]
